"""Sends texts through the real binary to an API that fails in every way, and kills the binary at random moments.

What must hold: no text is delivered more than once for one approval, and none that was not delivered is said to be. Standard library only.

usage: chaos.py BINARY [SENDS] [SEED]
"""
import collections
import http.server
import json
import os
import pathlib
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Conformance"))
from transcript import Transcript

binary = sys.argv[1]
sends = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
ENVELOPE = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
FAULTS = ["none", "none", "none", "drop before", "drop after", "cut after", "500 before", "500 after", "slow after", "hang after"]


class API:
    """A phone API that remembers what it delivered, and fails as it is told by chance."""

    def __init__(self):
        api = self
        self.lock = threading.Lock()
        self.delivered = collections.defaultdict(list)
        self.faults = collections.Counter()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reply(self, status, answer, cut=False):
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: len(data) // 2] if cut else data)
                if cut:
                    self.close_connection = True

            def hang_up(self):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True

            def do_GET(self):
                path, _, query = self.path.partition("?")
                if path == "/v1/phone-numbers":
                    return self.reply(200, {"data": [{"id": "PN1", "name": "Main", "number": "+16145550100"}]})
                if path == "/v1/messages":
                    person = query.split("participants=%2B")[1].split("&")[0]
                    with api.lock:
                        messages = list(reversed(api.delivered["+" + person]))
                    return self.reply(200, {"data": messages[:100], "totalItems": 0, "nextPageToken": None})
                return self.reply(200, {"data": [], "totalItems": 0, "nextPageToken": None})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with api.lock:
                    fault = chance.choice(FAULTS)
                    api.faults[fault] += 1
                if fault == "drop before":
                    return self.hang_up()
                if fault == "500 before":
                    return self.reply(500, {"message": "failed", "code": "0201500", "status": 500, "title": "Unknown", "docs": ""})
                with api.lock:
                    recipient = body["to"][0]
                    message = {
                        "id": f"AC{sum(map(len, api.delivered.values()))}", "to": body["to"], "from": "+16145550100",
                        "text": body["content"], "direction": "outgoing", "status": "delivered", "phoneNumberId": "PN1",
                        "userId": "US1", "createdAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
                    }
                    api.delivered[recipient].append(message)
                if fault == "drop after":
                    return self.hang_up()
                if fault == "500 after":
                    return self.reply(500, {"message": "failed", "code": "0201500", "status": 500, "title": "Unknown", "docs": ""})
                if fault == "slow after":
                    time.sleep(chance.random())
                if fault == "hang after":
                    time.sleep(2)
                    return self.hang_up()
                self.reply(202, {"data": message}, cut=fault == "cut after")

            def log_message(self, *_):
                pass

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def count(self, recipient, text):
        with self.lock:
            return sum(message["text"] == text for message in self.delivered[recipient])


class Server:
    def __init__(self, environment):
        self.transcript = Transcript("chaos")
        self.process = subprocess.Popen(
            [binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )

    def call(self, number, recipient, text):
        """The result of one send, or nothing where the process was killed meanwhile."""
        params = {
            "name": "send_message", "arguments": {"from": "PN1", "to": recipient, "text": text}, "_meta": ENVELOPE,
        }
        line = json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}) + "\n"
        self.transcript.record("in", line.encode())
        try:
            self.process.stdin.write(line.encode())
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
            self.transcript.record("out", answer)
        except OSError:
            return None
        return json.loads(answer)["result"] if answer.endswith(b"\n") else None


def main():
    api = API()
    folder = tempfile.mkdtemp()
    config = os.path.join(folder, "config.json")
    many = 1_000_000
    with open(config, "w") as file:
        # The owner allows these sends beforehand, so that each is one call; what follows an approval is the same.
        json.dump(
            {
                "profile": "unattended", "recipients": {"allow": ["+1614"]}, "quietHours": {"enabled": False, "unknownZone": "allow"},
                "budgets": {name: many for name in [
                    "sendsPerMinute", "sendsPerHour", "sendsPerDay", "perRecipientPerHour", "perRecipientPerDay",
                    "newRecipientsPerDay", "segmentsPerDay", "centsPerDay"]},
            },
            file,
        )
    environment = {
        "PATH": os.environ["PATH"], "HOME": folder, "QUO_MCP_STATE": os.path.join(folder, "state"), "QUO_MCP_CONFIG": config,
        "QUO_API_KEY": "chaos", "QUO_BASE_URL": f"http://127.0.0.1:{api.server.server_port}",
    }
    os.mkdir(environment["QUO_MCP_STATE"], 0o700)
    tasks = [(f"+1614555{chance.randrange(100, 200):04d}", f"Text {number}") for number in range(sends)]
    told = {}
    kills = 0
    server = Server(environment)
    timer = None
    for number, (recipient, text) in enumerate(tasks):
        if chance.random() < 0.25:
            victim = server.process
            timer = threading.Timer(chance.random() * 0.5, lambda: victim.send_signal(signal.SIGKILL))
            timer.start()
        result = server.call(number, recipient, text)
        # An agent that was told nothing, or of an unknown outcome, asks for the same again at once: the worst it can do.
        if result is None:
            kills += 1
            server.process.wait()
            server = Server(environment)
            result = server.call(number, recipient, text)
        if result is not None and result.get("isError"):
            result = server.call(number, recipient, text) or result
        if timer:
            timer.join()
            timer = None
        if server.process.poll() is not None:
            server = Server(environment)
        told[number] = result
    # Once everything must be visible, each is asked for again, which settles what was unknown.
    time.sleep(63)
    twice = lost = untrue = settled = 0
    final = collections.Counter()
    for number, (recipient, text) in enumerate(tasks):
        before = api.count(recipient, text)
        if before > 1:
            twice += 1
            print(f"DELIVERED {before} TIMES: {text}")
        said = (told[number] or {}).get("structuredContent") or {}
        if said.get("performed") and before != 1:
            untrue += 1
            print(f"SAID TO BE SENT, BUT IS NOT: {text}")
        if said.get("performed") or said.get("duplicate"):
            final["told at once"] += 1
            continue
        result = server.call(number, recipient, text)
        while result is None:
            server = Server(environment)
            result = server.call(number, recipient, text)
        settled += 1
        content = result.get("structuredContent") or {}
        after = api.count(recipient, text)
        if after > 1:
            twice += 1
            print(f"DELIVERED {after} TIMES: {text}")
        if content.get("duplicate") and after != 1 or not content and not result.get("isError"):
            lost += 1
            print(f"LOST WITHOUT A WORD: {text} {result}")
        final["settled as sent" if content.get("duplicate") else "sent anew or told to be unknown"] += 1
    print(f"faults: {dict(api.faults)}; killed while answering: {kills}; {dict(final)}")
    bad = twice + lost + untrue
    print(f"{sends} sends: {twice} delivered twice, {lost} lost without a word, {untrue} untrue answers")
    print(f"chaos: {sends - bad} passed, {bad} failed")
    return 1 if bad else 0


sys.exit(main())
