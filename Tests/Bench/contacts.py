#!/usr/bin/env python3
"""Read 20,000 contacts through the pace of the API, then search them: requests in any second, search times, memory.

usage: contacts.py BINARY [COUNT]
Standard library only. The API is a server on this machine; the binary paces itself as against the real one.
"""
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

binary = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
FIRST = ["Ana", "Ben", "Chloé", "Dmitri", "Elena", "Farid", "Grace", "Hana", "Igor", "Jürgen", "Keiko", "Liam", "Maria", "Nadia", "Omar"]
LAST = ["Abbott", "Bakker", "Castillo", "Dąbrowski", "Eriksen", "Fischer", "García", "Hansen", "Ibrahim", "Jensen", "Kowalski", "Lefèvre"]
ENVELOPE = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
arrivals: list[float] = []


def contact(number: int) -> dict:
    first, last = FIRST[number % len(FIRST)], f"{LAST[number % len(LAST)]}{number // 180}"
    return {
        "id": f"{number:024x}", "source": "public-api", "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z",
        "defaultFields": {
            "firstName": first, "lastName": last, "company": f"{last} & Sons" if number % 3 == 0 else None, "role": None,
            "phoneNumbers": [{"id": f"p{number}", "name": "mobile", "value": f"+1614{2_000_000 + number}"}],
            "emails": [{"id": f"e{number}", "name": "work", "value": f"{first.lower()}.{number}@example.com"}],
        },
        "customFields": [{"id": f"c{number}", "key": "gate-code", "name": "Gate code", "type": "string", "value": f"#{number}"}],
    }


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        arrivals.append(time.monotonic())
        path, _, query = self.path.partition("?")
        values = urllib.parse.parse_qs(query)
        answer: dict = {"data": [], "nextPageToken": None}
        if path == "/v1/phone-numbers":
            answer = {"data": [{"id": "PN1", "name": "Main", "number": "+16145550100", "users": []}]}
        elif path == "/v1/contacts":
            start = int(values.get("pageToken", ["0"])[0])
            end = min(start + int(values["maxResults"][0]), count)
            answer = {"data": [contact(number) for number in range(start, end)], "nextPageToken": str(end) if end < count else None}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def resident(process: subprocess.Popen) -> float:
    with open(f"/proc/{process.pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def main() -> int:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tempfile.mkdtemp()
    environment = {
        "PATH": os.environ["PATH"], "HOME": folder, "QUO_MCP_STATE": folder, "QUO_API_KEY": "contacts",
        "QUO_BASE_URL": f"http://127.0.0.1:{server.server_port}",
    }
    process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    number = 0

    def call(tool: str, arguments: dict) -> tuple[dict, float]:
        nonlocal number
        number += 1
        params = {"name": tool, "arguments": arguments, "_meta": ENVELOPE}
        begin = time.monotonic()
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        return answer["result"]["structuredContent"], time.monotonic() - begin

    call("guard_status", {})
    before = resident(process)
    begin = time.monotonic()
    while not (answer := call("find_contacts", {"query": "maria"})[0])["searched"].startswith("all"):
        assert time.monotonic() - begin < 600, answer
    seconds = time.monotonic() - begin
    times = sorted(arrivals)
    most = max(sum(1 for other in times[i:i + 40] if other < start + 1) for i, start in enumerate(times))
    queries = ["maria", "lefevre11", "fischr40", "+16142012345", "2345", "ana.15000@example.com", "garcia sons", "jurgen jensen7", "zzz", "#777"]
    for query in queries:
        call("find_contacts", {"query": query})
    spans = sorted(call("find_contacts", {"query": query, "limit": 5})[1] * 1000 for query in queries * 20)
    after = resident(process)
    process.stdin.close()
    process.wait()
    print(f"{count} contacts read in {seconds:.1f} s with {len(times)} requests, at most {most} in any second")
    print(f"search over stdio: median {statistics.median(spans):.2f} ms, p99 {spans[int(len(spans) * 0.99)]:.2f} ms ({len(spans)} searches)")
    print(f"memory: {before:.1f} MB before, {after:.1f} MB with the index")
    return 0 if most <= 10 and str(count) in answer["searched"] else 1


sys.exit(main())
