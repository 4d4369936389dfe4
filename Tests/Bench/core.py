"""Times the core of quo-mcp, without a phone: mcp-fixture beside the official Python server and a loop that answers without reading.

Three servers with one equal tool take turns, several times, and the medians are told. `ping` and a call of 2025-11-25 are requests after an
initialize, a call of 2026-07-28 carries its envelope. The floor is what pipes and this client cost by themselves.

usage: core.py MCP_FIXTURE PYTHON_WITH_MCP [--json FILE] [--runs N]
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
from collections import defaultdict

HERE = pathlib.Path(__file__).resolve().parent
WARM_UP, ROUND_TRIPS = 200, 2_000
CALLS, IN_FLIGHT = 20_000, 32
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
}
OPENING = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
CALL = {"name": "test_simple_text", "arguments": {}}
TEXT = b"This is a simple text response for testing."
FLOOR = """
import os
answer = b'{"jsonrpc":"2.0","id":0,"result":{"content":[{"type":"text","text":"This is a simple text response for testing."}]}}\\n'
while data := os.read(0, 65536):
    os.write(1, answer * data.count(b"\\n"))
"""


def line(identifier: int, method: str, params: dict) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params}).encode() + b"\n"


class Server:
    def __init__(self, command: list[str], opens: bool):
        start = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
        self.input, self.output = self.process.stdin.fileno(), self.process.stdout.fileno()
        first = line(0, "initialize", OPENING) if opens else line(0, "tools/call", {**CALL, "_meta": ENVELOPE})
        assert b'"result"' in self.ask(first)
        self.milliseconds_to_start = (time.perf_counter() - start) * 1e3
        if opens:
            os.write(self.input, b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

    def ask(self, message: bytes) -> bytes:
        os.write(self.input, message)
        answer = b""
        while not answer.endswith(b"\n"):
            data = os.read(self.output, 65_536)
            assert data, "the server ended"
            answer += data
        return answer

    def latencies(self, method: str, params: dict, expected: bytes) -> list[float]:
        """Microseconds of each round trip, one after the other."""
        times = []
        for number in range(1, WARM_UP + ROUND_TRIPS + 1):
            message = line(number, method, params)
            start = time.perf_counter_ns()
            answer = self.ask(message)
            took = time.perf_counter_ns() - start
            assert expected in answer, answer
            if number > WARM_UP:
                times.append(took / 1e3)
        return times

    def throughput(self, params: dict) -> float:
        """Calls answered in a second while a number of them is always in flight."""
        lines = [line(number, "tools/call", params) for number in range(10_000, 10_000 + CALLS)]
        answered, texts, rest = 0, 0, b""
        sent = IN_FLIGHT
        start = time.perf_counter()
        os.write(self.input, b"".join(lines[:sent]))
        while answered < CALLS:
            data = os.read(self.output, 65_536)
            assert data, "the server ended"
            ended = data.count(b"\n")
            answered += ended
            if ended:
                os.write(self.input, b"".join(lines[sent : sent + ended]))
                sent += ended
            *whole, rest = (rest + data).split(b"\n")
            texts += sum(TEXT in answer for answer in whole)
        took = time.perf_counter() - start
        assert texts == answered == CALLS, f"{answered} answers, {texts} of them as expected"
        return CALLS / took

    def end(self) -> float:
        """Ends the server; returns the most memory that it held, in MB."""
        self.process.stdin.close()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.process.stdout.close()
        return usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def measure(command: list[str]) -> dict[str, float]:
    """One run of everything with one server."""
    figures = {}
    legacy = Server(command, opens=True)
    figures["start, ms"] = legacy.milliseconds_to_start
    for name, method, params, expected in [
        ("ping", "ping", {}, b'"result"'), ("call of 2025-11-25", "tools/call", CALL, TEXT),
    ]:
        times = legacy.latencies(method, params, expected)
        figures[f"{name}, p50 us"], figures[f"{name}, p99 us"] = statistics.median(times), percentile(times, 0.99)
    figures["calls of 2025-11-25 a second"] = legacy.throughput(CALL)
    figures["memory, MB"] = legacy.end()
    modern = Server(command, opens=False)
    params = {**CALL, "_meta": ENVELOPE}
    times = modern.latencies("tools/call", params, TEXT)
    figures["call of 2026-07-28, p50 us"], figures["call of 2026-07-28, p99 us"] = statistics.median(times), percentile(times, 0.99)
    figures["calls of 2026-07-28 a second"] = modern.throughput(params)
    modern.end()
    return figures


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("fixture")
    arguments.add_argument("python")
    arguments.add_argument("--json", metavar="FILE")
    arguments.add_argument("--runs", type=int, default=3)
    options = arguments.parse_args()
    servers = {
        "floor": [sys.executable, "-c", FLOOR], "mcp-fixture": [options.fixture],
        "Python, mcp 2.3.0": [options.python, str(HERE / "reference_server.py")],
    }
    runs = defaultdict(lambda: defaultdict(list))
    for _ in range(options.runs):
        for name, command in servers.items():
            for figure, value in measure(command).items():
                runs[figure][name].append(value)
    medians = {figure: {name: statistics.median(values) for name, values in named.items()} for figure, named in runs.items()}
    print(f"{'median of ' + str(options.runs) + ' runs':30}" + "".join(f"{name:>20}" for name in servers))
    for figure, named in medians.items():
        print(f"{figure:30}" + "".join(f"{named[name]:>20,.{1 if named[name] < 1000 else 0}f}" for name in servers))
    if options.json:
        plan = {"runs": options.runs, "roundTrips": ROUND_TRIPS, "calls": CALLS, "inFlight": IN_FLIGHT}
        with open(options.json, "w") as file:
            json.dump({"plan": plan, "medians": medians, "runs": runs}, file, indent=2)
            file.write("\n")
    return 0


sys.exit(main())
