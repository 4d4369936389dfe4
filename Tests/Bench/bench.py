#!/usr/bin/env python3
"""Measure the release binary as a host meets it, beside whatever peers are given.

    bench.py BINARY [--peers FILE] [--environments FOLDER] [--runs N] [--calls N] [--json FILE]

Servers take turns, several times, and medians are told. The API is a server on this machine that every server is pointed at.
FILE lists peers: [{"name": "...", "command": ["..."], "environment": {"API": "{api}"}, "call": {"name": "...", "arguments": {}},
"slow": {"name": "...", "arguments": {}}}], where {api} becomes the address of that API, {here} this folder and {environments} that of
the Python environments. `call` lists the phone numbers, `slow` the users, for which the API takes two seconds. Token counts need the PyPI package rs-bpe, and are left out without it.
"""
import argparse
import contextlib
import http.client
import http.server
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict

OPENING = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
SLOW_SECONDS, SLOW_CALLS = 2.0, 50
PIPELINED, IN_FLIGHT = 5_000, 32
IDLE_SECONDS = 5.0
# The API takes ten requests a second of one key; at nine no server waits for its turn.
SECONDS_BETWEEN_CALLS = 1 / 9
LINES = [
    {
        "id": f"PN{number}", "name": f"Line {number}", "number": f"+1614555010{number}", "formattedNumber": f"(614) 555-010{number}",
        "groupId": None, "forward": None, "portRequestId": None, "portingStatus": None, "symbol": None,
        "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z", "restrictions": None,
        "users": [{"id": f"US{number}", "email": f"user{number}@example.com", "firstName": "Ana", "lastName": "Bakker", "role": "owner"}],
    } for number in range(3)
]
USERS = [
    {
        "id": f"US{number}", "email": f"user{number}@example.com", "firstName": "Ana", "lastName": "Bakker", "role": "owner",
        "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z", "pictureUrl": None,
    } for number in range(3)
]


class API(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without this each answer waits 40 ms for an acknowledgement, and that would be all that is measured.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/v1/users":
            time.sleep(SLOW_SECONDS)
        data = json.dumps({"data": USERS if path == "/v1/users" else LINES, "totalItems": 3, "nextPageToken": None}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server:
    """One process that speaks MCP over pipes, started and asked by hand, so that the client costs little."""

    def __init__(self, plan: dict):
        environment = {"PATH": os.environ["PATH"], "HOME": plan["home"], "LANG": "C.UTF-8", **plan.get("environment", {})}
        incoming, self.input = os.pipe()
        self.output, outgoing = os.pipe()
        for end in (self.input, self.output):
            os.set_inheritable(end, False)
        silence = os.open(os.devnull, os.O_WRONLY)
        actions = [(os.POSIX_SPAWN_DUP2, incoming, 0), (os.POSIX_SPAWN_DUP2, outgoing, 1), (os.POSIX_SPAWN_DUP2, silence, 2)]
        begin = time.perf_counter()
        self.process = os.posix_spawnp(plan["command"][0], plan["command"], environment, file_actions=actions)
        for end in (incoming, outgoing, silence):
            os.close(end)
        self.rest = b""
        self.number = 0
        self.ask("initialize", OPENING)
        self.milliseconds_to_start = (time.perf_counter() - begin) * 1e3
        os.write(self.input, b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

    def send(self, method: str, params: dict) -> int:
        self.number += 1
        os.write(self.input, json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}).encode() + b"\n")
        return self.number

    def line(self) -> dict:
        while b"\n" not in self.rest:
            data = os.read(self.output, 1 << 20)
            assert data, "the server ended"
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def answer(self, number: int) -> dict:
        while (message := self.line()).get("id") != number or "method" in message:
            pass
        assert "result" in message, message
        return message["result"]

    def ask(self, method: str, params: dict) -> dict:
        return self.answer(self.send(method, params))

    def call(self, call: dict) -> dict:
        result = self.ask("tools/call", call)
        assert not result.get("isError"), result
        return result

    def status(self, field: str) -> list[int]:
        """That field of every thread's status."""
        values = []
        for task in pathlib.Path(f"/proc/{self.process}/task").iterdir():
            with contextlib.suppress(FileNotFoundError):
                lines = (task / "status").read_text().splitlines()
                values += [int(line.split()[1]) for line in lines if line.startswith(field + ":")]
        return values

    def megabytes(self) -> float:
        return self.status("VmRSS")[0] / 1024

    def processor_milliseconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1e3 / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        os.close(self.input)
        for _ in range(100):
            if os.waitpid(self.process, os.WNOHANG)[0]:
                break
            time.sleep(0.02)
        else:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.output)


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def start(plan: dict) -> dict[str, float]:
    server = Server(plan)
    begin = time.perf_counter()
    server.ask("tools/list", {})
    listed = (time.perf_counter() - begin) * 1e3
    figures = {
        "start to the reply to initialize, ms": server.milliseconds_to_start,
        "start to the reply to tools/list, ms": server.milliseconds_to_start + listed,
        "memory after tools/list, MB": server.megabytes(),
    }
    server.end()
    return figures


def idle(plan: dict) -> dict[str, float]:
    server = Server(plan)
    server.ask("tools/list", {})
    # The threads of the start go after five seconds.
    time.sleep(7)
    before, woken = server.processor_milliseconds(), sum(server.status("voluntary_ctxt_switches"))
    time.sleep(IDLE_SECONDS)
    figures = {
        "idle: processor time, ms a minute": (server.processor_milliseconds() - before) * 60 / IDLE_SECONDS,
        "idle: wakeups a minute": (sum(server.status("voluntary_ctxt_switches")) - woken) * 60 / IDLE_SECONDS,
    }
    server.end()
    return figures


def slow(plan: dict) -> dict[str, float]:
    """How long a ping takes while slow calls wait for the API."""
    server = Server(plan)
    server.call(plan["call"])
    waiting = {server.send("tools/call", plan["slow"]) for _ in range(SLOW_CALLS)}
    times, arrived, sent = [], {}, {}
    while waiting:
        number = server.send("ping", {})
        begin = time.perf_counter()
        while (message := server.line()).get("id") != number:
            waiting.discard(message.get("id"))
        times.append((time.perf_counter() - begin) * 1e3)
        if len(times) > 50_000:
            raise RuntimeError("the slow calls never ended")
        time.sleep(0.01)
    server.end()
    return {f"ping during {SLOW_CALLS} slow calls, p50 ms": statistics.median(times), f"ping during {SLOW_CALLS} slow calls, p99 ms": percentile(times, 0.99)}


def pipelined(plan: dict) -> dict[str, float]:
    server = Server(plan.get("pipelined", plan))
    server.call(plan["call"])
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": plan["call"]}).encode() + b"\n"
        for number in range(10_000, 10_000 + PIPELINED)
    ]
    sent, answered = IN_FLIGHT, 0
    begin = time.perf_counter()
    os.write(server.input, b"".join(lines[:sent]))
    while answered < PIPELINED:
        data = os.read(server.output, 1 << 20)
        assert data, "the server ended"
        ended = data.count(b"\n")
        answered += ended
        if ended:
            os.write(server.input, b"".join(lines[sent : sent + ended]))
            sent += ended
    took = time.perf_counter() - begin
    server.end()
    return {f"pipelined calls a second, {IN_FLIGHT} in flight": PIPELINED / took}


def calls(plans: list[dict], port: int, count: int) -> dict[str, dict[str, float]]:
    """Calls of all servers in turn, each beside the bare request, at a pace at which nothing waits; then the memory."""
    servers = {plan["name"]: Server(plan) for plan in plans}
    bare = http.client.HTTPConnection("127.0.0.1", port)
    times = defaultdict(list)
    for turn in range(count):
        begin = time.perf_counter()
        started = time.perf_counter_ns()
        bare.request("GET", "/v1/phone-numbers")
        bare.getresponse().read()
        floor = time.perf_counter_ns() - started
        for plan in plans:
            started = time.perf_counter_ns()
            servers[plan["name"]].call(plan["call"])
            took = time.perf_counter_ns() - started
            # The first calls open connections and make caches.
            if turn >= 20:
                times[plan["name"]].append((took - floor) / 1e6)
        time.sleep(max(0, SECONDS_BETWEEN_CALLS - (time.perf_counter() - begin)))
    figures = {}
    for name, server in servers.items():
        figures[name] = {
            "cost of a call over the bare request, p50 ms": statistics.median(times[name]),
            "cost of a call over the bare request, p99 ms": percentile(times[name], 0.99),
            f"memory after {count:,} calls, MB": server.megabytes(),
        }
        server.end()
    return figures


def definitions(plan: dict) -> dict[str, float]:
    server = Server(plan)
    tools = server.ask("tools/list", {})["tools"]
    server.end()
    figures = {"tools": len(tools)}
    with contextlib.suppress(ImportError):
        from rs_bpe.bpe import openai
        read = [{key: tool[key] for key in ("name", "description", "inputSchema") if key in tool} for tool in tools]
        figures["tokens of their definitions"] = openai.o200k_base().count(json.dumps(read, separators=(",", ":"), ensure_ascii=False))
    return figures


def table(names: list[str], medians: dict[str, dict[str, float]]) -> list[str]:
    lines = ["| median | " + " | ".join(names) + " |", "|---|" + "--:|" * len(names)]
    for figure, named in medians.items():
        cells = ["" if named.get(name) is None else f"{named[name]:,.{2 if abs(named[name]) < 10 else 1 if abs(named[name]) < 100 else 0}f}" for name in names]
        lines.append(f"| {figure} | " + " | ".join(cells) + " |")
    return lines


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("binary")
    arguments.add_argument("--peers", metavar="FILE")
    arguments.add_argument("--environments", metavar="FOLDER", default=".venv")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--calls", type=int, default=1_000)
    arguments.add_argument("--json", metavar="FILE")
    options = arguments.parse_args()
    api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), API)
    api.daemon_threads = True
    threading.Thread(target=api.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{api.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.abspath(options.binary)
        # Against the sandbox: the pace of the API would be all that is measured otherwise.
        sandbox = {"name": "quo-mcp", "command": [binary, "--sandbox"], "home": folder, "environment": {"QUO_TOOLSETS": "core,list_phone_numbers"}}
        plans = [{
            "name": "quo-mcp", "command": [binary],
            "environment": {"QUO_API_KEY": "bench", "QUO_BASE_URL": address, "QUO_TOOLSETS": "core,list_phone_numbers,list_users"},
            "call": {"name": "list_phone_numbers", "arguments": {}}, "slow": {"name": "list_users", "arguments": {}}, "pipelined": sandbox,
        }]
        if options.peers:
            text = pathlib.Path(options.peers).read_text()
            places = {"{api}": address, "{here}": str(pathlib.Path(__file__).resolve().parent), "{environments}": os.path.abspath(options.environments)}
            for name, place in places.items():
                text = text.replace(name, place)
            plans += json.loads(text)
        for plan in plans:
            plan["home"] = folder
            plan.setdefault("environment", {})
        default = [{**plan, "environment": {key: value for key, value in plan["environment"].items() if key != "QUO_TOOLSETS"}} for plan in plans]
        runs = defaultdict(lambda: defaultdict(list))
        for _ in range(options.runs):
            for plan in default:
                for measure, times in [(start, 10), (idle, 1)]:
                    for _ in range(times):
                        for figure, value in measure(plan).items():
                            runs[figure][plan["name"]].append(value)
            for plan in plans:
                for measure in (slow, pipelined):
                    for figure, value in measure(plan).items():
                        runs[figure][plan["name"]].append(value)
        for name, figures in calls(plans, api.server_port, options.calls).items():
            for figure, value in figures.items():
                runs[figure][name].append(value)
        for plan in default:
            for figure, value in definitions(plan).items():
                runs[figure][plan["name"]].append(value)
    runs["binary, MB"]["quo-mcp"] = [os.path.getsize(binary) / 1e6]
    medians = {figure: {name: statistics.median(values) for name, values in named.items()} for figure, named in runs.items()}
    print("\n".join(table([plan["name"] for plan in plans], medians)))
    if options.json:
        plan = {"runs": options.runs, "calls": options.calls, "pipelined": PIPELINED, "inFlight": IN_FLIGHT, "slowCalls": SLOW_CALLS}
        pathlib.Path(options.json).write_text(json.dumps({"plan": plan, "medians": medians, "runs": runs}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
