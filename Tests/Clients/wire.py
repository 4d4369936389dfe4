"""What the built binary does on the raw wire, at its end, and in a terminal. Standard library only.

usage: wire.py BINARY
"""
import http.server
import json
import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
import traceback

binary = sys.argv[1]
KEY = "key-that-must-not-show"
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
}
INITIALIZE = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "wire", "version": "1"}}


class Server:
    """A quo-mcp process that is spoken to line by line."""

    def __init__(self, *arguments, **environment):
        self.process = subprocess.Popen(
            [binary, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
        )

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, method, params=None, identifier=1):
        message = {"jsonrpc": "2.0", "id": identifier, "method": method, "params": params or {}}
        self.write(json.dumps(message).encode() + b"\n")

    def receive(self, seconds=20):
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        assert ready, "no answer came"
        return json.loads(self.process.stdout.readline())

    def ask(self, method, params=None, identifier=1):
        self.send(method, params, identifier)
        return self.receive()

    def call(self, tool, arguments, identifier=1, **more):
        return self.ask("tools/call", {"name": tool, "arguments": arguments, "_meta": ENVELOPE, **more}, identifier)

    def end(self, seconds=8):
        """Closes the input; returns status, what was written after, the log, and how long it took."""
        start = time.monotonic()
        self.process.stdin.close()
        output, log = self.process.stdout.read(), self.process.stderr.read()
        status = self.process.wait(seconds)
        return status, output, log.decode(), time.monotonic() - start


class API:
    """An HTTP server in place of the API; `delay` holds answers back, `status` replaces them."""

    def __init__(self, delay=0.0, status=200, delayed="POST"):
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
        self.environment = {"QUO_API_KEY": KEY, "QUO_BASE_URL": f"http://127.0.0.1:{self.server.server_port}"}

    def answer(self, method, path):
        if method == "POST":
            return {"data": {"id": "AC1", "status": "queued"}}
        if path.startswith("/v1/phone-numbers"):
            return {"data": [{"id": "PN1", "name": "Main", "number": "+16145550100"}]}
        return {"data": [], "totalItems": 0, "nextPageToken": None}

    def wait(self, count, method, seconds=10):
        deadline = time.monotonic() + seconds
        while sum(request[0] == method for request in self.requests) < count:
            assert time.monotonic() < deadline, "the request did not come"
            time.sleep(0.01)


MESSAGE = {"from": "PN1", "to": ["+16145550101"], "content": "Hello"}


def approve(server, identifier=2):
    """Asks to send, and sends the approving answer without waiting for the result."""
    question = server.call("send_message", MESSAGE)["result"]
    choices = question["inputRequests"]["approval"]["params"]["requestedSchema"]["properties"]["decision"]["enum"]
    answer = {"approval": {"action": "accept", "content": {"decision": choices[-1]}}}
    params = {"name": "send_message", "arguments": MESSAGE, "_meta": ENVELOPE}
    server.send("tools/call", {**params, "inputResponses": answer, "requestState": question["requestState"]}, identifier)


def both_eras_on_one_process():
    server = Server("--sandbox")
    assert server.ask("tools/list")["error"]["code"] == -32602
    assert server.ask("server/discover", {"_meta": ENVELOPE})["result"]["supportedVersions"] == ["2026-07-28"]
    assert server.ask("initialize", INITIALIZE)["result"]["protocolVersion"] == "2025-06-18"
    legacy = server.ask("tools/list")["result"]
    assert "resultType" not in legacy and len(legacy["tools"]) == 27
    modern = server.ask("tools/list", {"_meta": ENVELOPE})["result"]
    assert modern["resultType"] == "complete" and modern["ttlMs"] >= 0
    unsupported = {"_meta": {**ENVELOPE, "io.modelcontextprotocol/protocolVersion": "2027-01-01"}}
    error = server.ask("tools/list", unsupported)["error"]
    assert error["code"] == -32022 and error["data"]["supported"] == ["2026-07-28"], error
    assert server.ask("initialize", {**INITIALIZE, "protocolVersion": "1999-01-01"})["result"]["protocolVersion"] == "2025-11-25"
    assert server.end()[0] == 0


def bad_lines_are_answered_and_the_next_is_served():
    server = Server("--sandbox")
    server.ask("initialize", INITIALIZE)
    for line, code in [
        (b"garbage\n", -32700), (b'{"jsonrpc":"2.0","id":1,"method":"ping"\n', -32700), (b"[]\n", -32600),
        (b'"text"\n', -32600), (b"\xff\xfe\n", -32700), (b'{"a":1,"a":2}\n', -32700), (b"[" * 100_000 + b"\n", -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":"\\ud800"}}\n', -32700),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}\n', -32600), (b"x" * 20_000_000 + b"\n", -32600),
    ]:
        server.write(line)
        answer = server.receive()
        assert answer["error"]["code"] == code and answer["id"] in (None, 1), (line[:60], answer)
        assert server.ask("ping")["result"] == {}
    server.write(b"\n\r\n   \n")
    assert server.ask("ping", identifier="after blank lines")["id"] == "after blank lines"
    assert server.ask("no/such/method")["error"]["code"] == -32601
    assert server.end()[0] == 0


def long_lines_and_split_characters():
    server = Server("--sandbox")
    server.ask("initialize", INITIALIZE)
    line = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "ping", "params": {"a": "é😀" * 1_500_000}}, ensure_ascii=False)
    data = line.encode() + b"\n"
    assert len(data) > 8_000_000
    for start in range(0, len(data), 65_537):
        server.write(data[start : start + 65_537])
    assert server.receive() == {"jsonrpc": "2.0", "id": 7, "result": {}}
    for byte in '{"jsonrpc":"2.0","id":"é😀","method":"ping"}\n'.encode():
        server.write(bytes([byte]))
    assert server.receive()["id"] == "é😀"
    assert server.end()[0] == 0


def identifiers_are_echoed():
    server = Server("--sandbox")
    server.ask("initialize", INITIALIZE)
    for identifier in [0, -1, "a", "", 2**53, "1"]:
        answer = server.ask("ping", identifier=identifier)
        assert answer["id"] == identifier and type(answer["id"]) is type(identifier), answer
    assert server.end()[0] == 0


def reads_in_flight_are_abandoned_at_the_end():
    api = API(delay=5, delayed="GET")
    server = Server(**api.environment)
    server.send("tools/call", {"name": "list_users", "arguments": {}, "_meta": ENVELOPE})
    api.wait(1, "GET")
    status, output, _, seconds = server.end()
    assert (status, output) == (0, b"") and seconds < 2, (status, output, seconds)


def a_write_in_flight_is_finished_at_the_end():
    api = API(delay=1.5)
    server = Server(**api.environment)
    approve(server)
    api.wait(1, "POST")
    status, output, log, seconds = server.end()
    assert (status, output) == (0, b""), (status, output)
    assert api.finished.count("POST") == 1 and 0.5 < seconds < 5, (api.finished, seconds)
    assert "send_message performed" in log, log
    assert KEY not in log and "Hello" not in log and "6145550101" not in log, log


def a_write_that_takes_too_long_is_left_after_five_seconds():
    api = API(delay=20)
    server = Server(**api.environment)
    approve(server)
    api.wait(1, "POST")
    status, output, log, seconds = server.end(15)
    assert (status, output) == (0, b"") and 4 < seconds < 8, (status, output, seconds)
    assert "unfinished" in log, log


def a_termination_signal_ends_it():
    for name in [signal.SIGTERM, signal.SIGINT]:
        server = Server("--sandbox")
        server.ask("initialize", INITIALIZE)
        server.process.send_signal(name)
        assert server.process.wait(5) == 0


def a_closed_output_ends_it():
    server = Server("--sandbox")
    server.ask("initialize", INITIALIZE)
    server.process.stdout.close()
    server.send("ping")
    assert server.process.wait(5) == 0


def an_approval_raced_by_itself_sends_once():
    api = API(delay=0.2)
    server = Server(**api.environment)
    question = server.call("send_message", MESSAGE)["result"]
    answer = {"approval": {"action": "accept", "content": {"decision": "Send it"}}}
    params = {"name": "send_message", "arguments": MESSAGE, "_meta": ENVELOPE}
    for identifier in range(10, 30):
        server.send("tools/call", {**params, "inputResponses": answer, "requestState": question["requestState"]}, identifier)
    results = [server.receive()["result"]["structuredContent"] for _ in range(20)]
    assert sum(result["performed"] for result in results) == 1, results
    assert api.finished.count("POST") == 1
    assert server.end()[0] == 0


def a_cancelled_call_is_not_answered():
    api = API(delay=1, delayed="GET")
    server = Server(**api.environment)
    server.send("tools/call", {"name": "list_users", "arguments": {}, "_meta": ENVELOPE}, 5)
    api.wait(1, "GET")
    server.write(b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}\n')
    assert server.ask("server/discover", {"_meta": ENVELOPE}, 6)["id"] == 6
    time.sleep(1.2)
    assert server.ask("server/discover", {"_meta": ENVELOPE}, 7)["id"] == 7
    assert server.end()[0] == 0


def the_key_never_shows():
    for status in [400, 401, 403, 404, 429, 500]:
        api = API(status=status)
        server = Server(**api.environment)
        answer = server.call("list_users", {})
        assert answer["result"]["isError"] is True
        _, _, log, _ = server.end()
        assert KEY not in json.dumps(answer) and KEY not in log
        assert api.requests[0][2] == KEY, "the key goes as it is, without Bearer"
        assert len(api.requests) == (4 if status in (429, 500) else 1), (status, len(api.requests))


def without_a_key_it_starts_and_says_what_to_set():
    server = Server()
    assert len(server.ask("tools/list", {"_meta": ENVELOPE})["result"]["tools"]) == 27
    text = server.call("list_users", {})["result"]["content"][0]["text"]
    assert "QUO_API_KEY" in text, text
    assert server.end()[0] == 0


def two_processes_serve_at_once():
    servers = [Server("--sandbox"), Server("--sandbox")]
    for server in servers:
        server.send("tools/call", {"name": "list_users", "arguments": {}, "_meta": ENVELOPE})
    for server in servers:
        assert server.receive()["result"]["structuredContent"]["data"]
        assert server.end()[0] == 0


def in_terminal(arguments, typed, until):
    """Runs the binary in a terminal, types what is asked once `until` shows, returns the screen and the status."""
    process, terminal = pty.fork()
    if process == 0:
        os.execv(binary, [binary, *arguments])
    screen, deadline, is_typed = b"", time.monotonic() + 20, False
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                data = os.read(terminal, 65_536)
            except OSError:
                break
            if not data:
                break
            screen += data
        if not is_typed and until.encode() in screen:
            os.write(terminal, typed)
            is_typed = True
    return screen.decode(), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


CALL = ["--sandbox", "call", "send_message", json.dumps({**MESSAGE, "from": "+16145550100"})]


def by_hand_it_says_that_it_waits_for_a_host():
    screen, status = in_terminal([], b"\x04", "waiting for an MCP host")
    assert status == 0 and "claude mcp add" in screen, screen


def a_person_approves_in_the_terminal():
    for typed, status, word in [(b"2\n", 0, '"performed": true'), (b"1\n", 1, "declined"), (b"\n\x04", 1, "cancelled"), (b"yes\n 2 \n", 0, '"performed": true'), (b"send it\n", 0, '"performed": true')]:
        screen, ended = in_terminal(CALL, typed, "Your decision")
        assert ended == status and word in screen, (typed, ended, screen)


def nobody_approves_without_a_terminal():
    result = subprocess.run([binary, *CALL], input=b"2\n", capture_output=True, start_new_session=True, timeout=20)
    assert result.returncode == 1 and b"no_form" in result.stdout, result


def main():
    scenarios = [value for name, value in globals().items() if callable(value) and getattr(value, "__module__", "") == "__main__"]
    helpers = {Server, API, approve, in_terminal, main}
    passed = failed = 0
    for scenario in scenarios:
        if scenario in helpers:
            continue
        try:
            scenario()
            passed += 1
        except BaseException:
            failed += 1
            print(f"FAILED {scenario.__name__}")
            traceback.print_exc()
    print(f"wire: {passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
