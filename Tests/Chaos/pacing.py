"""Four processes with one key read as fast as they may, from a server that counts every one-second window.

usage: pacing.py BINARY [PROCESSES] [REQUESTS EACH]
"""
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

binary = sys.argv[1]
processes = int(sys.argv[2]) if len(sys.argv) > 2 else 4
each = int(sys.argv[3]) if len(sys.argv) > 3 else 200
ENVELOPE = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
arrivals = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        arrivals.append(time.monotonic())
        data = b'{"data":[]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tempfile.mkdtemp()
    environment = {
        "PATH": os.environ["PATH"], "HOME": folder, "QUO_MCP_STATE": folder, "QUO_API_KEY": "pacing", "QUO_TOOLSETS": "all",
        "QUO_BASE_URL": f"http://127.0.0.1:{server.server_port}",
    }
    children = [
        subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        for _ in range(processes)
    ]

    def drive(child):
        for number in range(each):
            params = {"name": "list_phone_numbers", "arguments": {}, "_meta": ENVELOPE}
            message = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
            child.stdin.write(json.dumps(message).encode() + b"\n")
        child.stdin.flush()
        for _ in range(each):
            child.stdout.readline()

    threads = [threading.Thread(target=drive, args=(child,)) for child in children]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(arrivals)
    most = max(sum(1 for other in times[i:] if other < start + 1) for i, start in enumerate(times))
    seconds = times[-1] - times[0]
    rate = (len(times) - 1) / seconds
    print(f"{processes} processes, {len(times)} requests in {seconds:.1f} s: {rate:.2f} a second, at most {most} in any second")
    return 0 if most <= 10 and len(times) == processes * each else 1


sys.exit(main())
