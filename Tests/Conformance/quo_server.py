"""The quo-mcp binary under test, the first argument of every script that imports this, and an API for it. Standard library only."""
import http.server
import json
import os
import sys
import tempfile
import threading
import time

from server_process import ServerProcess, envelope

binary = sys.argv[1]
KEY = "key-that-must-not-show"
ENVELOPE = envelope({"elicitation": {}})
WITHOUT_FORMS = envelope()
INITIALIZE = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "wire", "version": "1"}}
MESSAGE = {"from": "PN1", "to": "+16145550101", "text": "Hello"}

# Neither the state nor the configuration of the person who runs this is read or written.
folder = tempfile.TemporaryDirectory()
os.environ.update(QUO_MCP_STATE=f"{folder.name}/state", XDG_CONFIG_HOME=f"{folder.name}/config", TERM="dumb")
SURROUNDINGS = {name: os.environ[name] for name in ["PATH", "HOME", "QUO_MCP_STATE", "XDG_CONFIG_HOME"] if name in os.environ}
# Tests run at any hour, and call any tool.
SURROUNDINGS["QUO_QUIET_HOURS"] = "off"
SURROUNDINGS["QUO_TOOLSETS"] = "all"


class Server(ServerProcess):
    """A quo-mcp process that is spoken to line by line."""

    def __init__(self, *arguments: str, **environment: str):
        super().__init__([binary, *arguments], os.path.basename(sys.argv[0]).removesuffix(".py"), {**SURROUNDINGS, **environment})

    def call(self, tool: str, arguments: dict, identifier: int | str = 1, **more):
        return self.ask("tools/call", {"name": tool, "arguments": arguments, "_meta": ENVELOPE, **more}, identifier)


class API:
    """An HTTP server in place of the API; `delay` holds answers back, `status` replaces them."""

    def __init__(self, delay: float = 0.0, status: int = 200, delayed: str = "POST"):
        api = self
        self.requests, self.finished = [], []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                api.requests.append((self.command, self.path, self.headers.get("Authorization"), body))
                if self.command == delayed:
                    time.sleep(delay)
                answer = json.dumps(api.answer(self.command, self.path)).encode()
                self.send_response(status if status != 200 else 202 if self.command == "POST" else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                try:
                    self.wfile.write(answer)
                except BrokenPipeError:
                    return
                api.finished.append(self.command)

            do_GET = do_POST = do_PATCH = do_DELETE = serve

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        # A state of its own: a text that one of these took is a duplicate wherever the line has the same id.
        self.environment = {
            "QUO_API_KEY": KEY, "QUO_BASE_URL": f"http://127.0.0.1:{self.server.server_port}",
            "QUO_MCP_STATE": tempfile.mkdtemp(dir=folder.name),
        }

    def answer(self, method: str, path: str) -> dict:
        if method == "POST":
            return {"data": {"id": "AC1", "status": "queued"}}
        if path.startswith("/v1/phone-numbers"):
            return {"data": [{"id": "PN1", "name": "Main", "number": "+16145550100"}]}
        return {"data": [], "totalItems": 0, "nextPageToken": None}

    def wait(self, count: int, method: str, seconds: float = 10, finished: bool = False) -> None:
        """Waits until so many requests of a method have come, or have been answered."""
        deadline = time.monotonic() + seconds
        while (self.finished if finished else [request[0] for request in self.requests]).count(method) < count:
            assert time.monotonic() < deadline, "the request did not come"
            time.sleep(0.01)


def approve(server: Server, identifier: int | str = 2) -> None:
    """Asks to send, and sends the approving answer without waiting for the result."""
    question = server.call("send_message", MESSAGE)["result"]
    choices = question["inputRequests"]["approval"]["params"]["requestedSchema"]["properties"]["decision"]["enum"]
    answer = {"approval": {"action": "accept", "content": {"decision": choices[-1]}}}
    params = {"name": "send_message", "arguments": MESSAGE, "_meta": ENVELOPE}
    server.send("tools/call", {**params, "inputResponses": answer, "requestState": question["requestState"]}, identifier)
