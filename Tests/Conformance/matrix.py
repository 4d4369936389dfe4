"""The matrix of both eras on the raw wire: what the server does with every order of messages, bad lines, and its ends.

Each row drives quo-mcp, or mcp-fixture where the row needs what only that offers, and compares what it saw with what is expected.

usage: matrix.py QUO_MCP MCP_FIXTURE
"""
import json
import re
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable

from peer import LEGACY, Peer
from quo_server import API, ENVELOPE, INITIALIZE, MESSAGE, Server, approve
from server_process import MODERN, ServerProcess, envelope

fixture = sys.argv[2]
ROWS: list[tuple[str, str, str, Callable[[], str]]] = []
FORMS = {"elicitation": {"form": {}, "url": {}}}


def row(number: str, case: str, expected: str):
    def add(function: Callable[..., str]) -> Callable[..., str]:
        ROWS.append((number, case, expected, function))
        return function

    return add


def start_fixture() -> ServerProcess:
    return ServerProcess([fixture], "matrix")


def sandbox() -> Server:
    """quo-mcp with the embedded sandbox and a state of its own."""
    return Server("--sandbox", QUO_MCP_STATE=tempfile.mkdtemp())


def opened(server: ServerProcess, revision: str = "2025-06-18") -> ServerProcess:
    assert server.ask("initialize", {**INITIALIZE, "protocolVersion": revision})["result"]["protocolVersion"] == revision
    return server


def code(answer: dict) -> int:
    return answer["error"]["code"]


def ended(server: ServerProcess, limit: float = 1) -> str:
    """How a server ends when its input does."""
    status, output, _, seconds = server.end()
    words = f"exit {status}" + (f" within {limit:g} s" if seconds < limit else f" after {seconds:.2f} s")
    return words + (", nothing written" if not output else f", wrote {output[:200]!r}")


def approving(params: dict) -> dict:
    """What a person sends back who reads the form and goes on: the last choice of its one field."""
    [(field, schema)] = params["requestedSchema"]["properties"].items()
    return {"action": "accept", "content": {field: schema["enum"][-1]}}


# 1 and 3: the order of messages of the official clients, which Tests/Clients/drive.py runs themselves.


def send_a_message(peer: Peer) -> str:
    """Lists tools, reads, and sends a text; returns how the person was asked and what came of it."""
    assert {"whoami", "send_message"} <= {tool["name"] for tool in peer.request("tools/list")["tools"]}
    read = peer.call("whoami")
    assert not read.get("isError") and "SANDBOX" in read["content"][0]["text"], read
    line = re.search(r"PN[0-9A-Za-z]+", json.dumps(read)).group()
    message = {"from": line, "to": "+16145550101", "text": "Hello"}
    result = peer.call("send_message", message)
    if result.get("resultType") == "input_required":
        [(key, request)] = result["inputRequests"].items()
        answers = {"inputResponses": {key: approving(request["params"])}, "requestState": result["requestState"]}
        result = peer.request("tools/call", {"name": "send_message", "arguments": message, **answers})
        way = "asked in the result"
    else:
        way = "asked by a request" if peer.asked else "not asked"
    text = result["content"][0]["text"]
    if result.get("isError"):
        return f"{way}, " + ("left to the terminal" if "quo-mcp approve" in text else text)
    return f"{way}, sent" if re.search(r'"performed": ?true', json.dumps(result).replace("\\", "")) else f"{way}, {text}"


def legacy_order(revision: str) -> str:
    peer = Peer(sandbox(), revision, FORMS, {"elicitation/create": approving})
    outcome = send_a_message(peer)
    assert ended(peer.process) == "exit 0 within 1 s, nothing written"
    return f"{peer.opened['protocolVersion']}, {outcome}"


for _revision in LEGACY:
    row("1", f"initialize, list, read, send at {_revision}", f"{_revision}, " + (
        "asked by a request, sent" if _revision >= "2025-06-18" else "not asked, left to the terminal"
    ))(lambda revision=_revision: legacy_order(revision))


@row("2", "initialize at 1999-01-01", "answers 2025-11-25")
def unknown_legacy_revision() -> str:
    server = sandbox()
    answer = server.ask("initialize", {**INITIALIZE, "protocolVersion": "1999-01-01"})
    server.end()
    return f"answers {answer['result']['protocolVersion']}"


@row("3", "discover first, then list, read, send", f"{MODERN}, asked in the result, sent")
def probing_order() -> str:
    peer = Peer(sandbox(), MODERN, FORMS)
    [version] = peer.request("server/discover")["supportedVersions"]
    outcome = send_a_message(peer)
    peer.process.end()
    return f"{version}, {outcome}"


@row("3", "no probe, then list, read, send", "asked in the result, sent")
def pinned_order() -> str:
    peer = Peer(sandbox(), MODERN, FORMS)
    outcome = send_a_message(peer)
    peer.process.end()
    return outcome


# 4 to 7: both eras on one process.


@row("4", "discover with envelope, initialize, bare tools/list", "2026-07-28, 2025-06-18, tools without resultType")
def modern_then_legacy() -> str:
    server = sandbox()
    [modern] = server.ask("server/discover", {"_meta": ENVELOPE})["result"]["supportedVersions"]
    legacy = server.ask("initialize", INITIALIZE)["result"]["protocolVersion"]
    result = server.ask("tools/list")["result"]
    assert result["tools"]
    server.end()
    return f"{modern}, {legacy}, tools {'with' if 'resultType' in result else 'without'} resultType"


@row("4", "40 calls in flight, bare and enveloped in turn", "each answered in its own era")
def interleaved() -> str:
    server = opened(start_fixture())
    call = {"name": "test_tool_with_progress", "arguments": {}}
    for identifier in range(40):
        server.send("tools/call", {**call, "_meta": envelope()} if identifier % 2 else call, identifier)
    results = {}
    for _ in range(40):
        answer = server.receive()
        results[answer["id"]] = answer["result"]
    server.end()
    fitting = [("resultType" in result) == bool(identifier % 2) for identifier, result in results.items()]
    return "each answered in its own era" if all(fitting) and len(fitting) == 40 else f"{results}"


@row("5", "initialize, then tools/list with envelope", "complete, with ttlMs and cacheScope")
def legacy_then_modern() -> str:
    server = opened(sandbox())
    result = server.ask("tools/list", {"_meta": ENVELOPE})["result"]
    server.end()
    return result["resultType"] + (", with ttlMs and cacheScope" if {"ttlMs", "cacheScope"} <= result.keys() else "")


@row("6", "envelope of 2027-01-01", "-32022, supported ['2026-07-28'], requested 2027-01-01")
def unknown_modern_revision() -> str:
    server = sandbox()
    error = server.ask("tools/list", {"_meta": envelope(version="2027-01-01")})["error"]
    server.end()
    return f"{error['code']}, supported {error['data']['supported']}, requested {error['data']['requested']}"


@row("7", "bare tools/list before anything", "-32602, then initialize is served")
def bare_first() -> str:
    server = sandbox()
    first = code(server.ask("tools/list"))
    served = "result" in server.ask("initialize", INITIALIZE)
    server.end()
    return f"{first}, then initialize is {'served' if served else 'refused'}"


# 8: identifiers.


@row("8", 'ids 0, -1, "a", "", "1", 2^53', "echoed with their types")
def identifiers() -> str:
    server = opened(sandbox())
    for identifier in [0, -1, "a", "", "1", 2**53]:
        for answer in [server.ask("ping", identifier=identifier), server.ask("tools/list", {"_meta": ENVELOPE}, identifier)]:
            if answer["id"] != identifier or type(answer["id"]) is not type(identifier):
                return f"{identifier!r} came back as {answer['id']!r}"
    server.end()
    return "echoed with their types"


@row("8", "ids 1.5, null, true, [], {}", "-32600 with the id null, next is served")
def refused_identifiers() -> str:
    server = opened(sandbox())
    answers = []
    for identifier in [1.5, None, True, [], {}]:
        server.write_message({"jsonrpc": "2.0", "id": identifier, "method": "ping"})
        answers.append(server.receive())
        assert server.ask("ping", identifier="next")["id"] == "next"
    server.end()
    odd = [answer for answer in answers if answer["id"] is not None or code(answer) != -32600]
    return f"{odd}" if odd else "-32600 with the id null, next is served"


@row("8", "an id twice in flight", "-32600, and the first is answered")
def duplicate_identifier() -> str:
    server = start_fixture()
    params = {"name": "test_tool_with_progress", "arguments": {}, "_meta": envelope()}
    server.send("tools/call", params, "same")
    server.send("tools/call", params, "same")
    refused, answered = server.receive(), server.receive()
    assert refused["id"] == answered["id"] == "same" and answered["result"]["content"], (refused, answered)
    # Once it is answered, the id is free again.
    assert server.ask("tools/call", {"name": "test_simple_text", "arguments": {}, "_meta": envelope()}, "same")["result"]
    server.end()
    return f"{code(refused)}, and the first is answered"


# 9: lines that are no messages.

BAD_LINES = {
    "garbage": (b"garbage", -32700), "half an object": (b'{"jsonrpc":"2.0","id":1,"method":"ping"', -32700),
    "[]": (b"[]", -32600), "a text": (b'"text"', -32600), "bytes that are not UTF-8": (b"\xff\xfe", -32700),
    "a character cut in two": ('{"jsonrpc":"2.0","id":1,"method":"é'.encode()[:-1] + b'"}', -32700),
    "a member twice": (b'{"a":1,"a":2}', -32700), "100,000 brackets": (b"[" * 100_000, -32700),
    "half a surrogate pair": (b'{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":"\\ud800"}}', -32700),
    "another jsonrpc": (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
    "a method that is a number": (b'{"jsonrpc":"2.0","id":1,"method":5}', -32600),
    "params in an array": (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32602),
    "5 MB of junk": (b"x" * 5_000_000, -32700), "20 MB of junk": (b"x" * 20_000_000, -32600),
}


def bad_line(line: bytes) -> str:
    server = opened(sandbox())
    server.write(line + b"\n")
    answer = server.receive()
    assert answer["id"] in (None, 1), answer
    served = server.ask("ping", identifier="next") == {"jsonrpc": "2.0", "id": "next", "result": {}}
    assert ended(server) == "exit 0 within 1 s, nothing written"
    return f"{code(answer)}, next is {'served' if served else 'not served'}"


for _name, (_line, _code) in BAD_LINES.items():
    row("9", _name, f"{_code}, next is served")(lambda line=_line: bad_line(line))


@row("9", "blank lines, and what needs no answer", "no answer, next is served")
def ignored_lines() -> str:
    server = opened(sandbox())
    server.write(b"\n\r\n   \n\t\n")
    server.notify("notifications/initialized")
    server.notify("no/such/notification", {"a": 1})
    server.notify("notifications/cancelled", {"requestId": "never asked"})
    server.write_message({"jsonrpc": "2.0", "id": "nobody asked", "result": {}})
    next_answer = server.ask("ping", identifier="after")
    server.end()
    return "no answer, next is served" if next_answer["id"] == "after" else f"{next_answer}"


@row("9", "a message of 9 MB, and characters in pieces", "both served")
def long_and_split_lines() -> str:
    server = opened(sandbox())
    message = {"jsonrpc": "2.0", "id": 7, "method": "ping", "params": {"a": "é😀" * 1_500_000}}
    data = json.dumps(message, ensure_ascii=False).encode() + b"\n"
    assert len(data) > 8_000_000
    for start in range(0, len(data), 65_537):
        server.write(data[start : start + 65_537])
    assert server.receive() == {"jsonrpc": "2.0", "id": 7, "result": {}}
    for byte in '{"jsonrpc":"2.0","id":"é😀","method":"ping"}\n'.encode():
        server.write(bytes([byte]))
    assert server.receive()["id"] == "é😀"
    server.end()
    return "both served"


@row("9", "a last line without its newline", "answered, exit 0")
def unfinished_line() -> str:
    server = opened(sandbox())
    server.write(b'{"jsonrpc":"2.0","id":9,"method":"ping"}')
    status, output, _, _ = server.end()
    return f"{'answered' if json.loads(output) == {'jsonrpc': '2.0', 'id': 9, 'result': {}} else output}, exit {status}"


# 10: the end of the input.

QUIET_END = "exit 0 within 1 s, nothing written"


@row("10", "end with a read of the API in flight", QUIET_END)
def end_while_reading() -> str:
    api = API(delay=5, delayed="GET")
    server = Server(**api.environment)
    server.send("tools/call", {"name": "list_users", "arguments": {}, "_meta": ENVELOPE})
    api.wait(1, "GET")
    return ended(server)


@row("10", "end with 100 calls in flight", QUIET_END)
def end_while_calling() -> str:
    server = start_fixture()
    for identifier in range(100):
        params = {"name": "test_tool_with_logging", "arguments": {}, "_meta": envelope()}
        server.send("tools/call", params, identifier)
    # The last request has been read once something that is answered at once comes back.
    assert server.ask("server/discover", {"_meta": envelope()}, "read")["id"] == "read"
    return ended(server)


@row("10", "end while a person is asked", QUIET_END)
def end_while_asking() -> str:
    server = sandbox()
    server.ask("initialize", {**INITIALIZE, "capabilities": FORMS})
    server.send("tools/call", {"name": "send_message", "arguments": {**MESSAGE, "from": "+16145550100"}}, 2)
    assert server.receive()["method"] == "elicitation/create"
    return ended(server)


@row("10", "end with a subscription open", QUIET_END)
def end_while_listening() -> str:
    server = start_fixture()
    server.send("subscriptions/listen", {"_meta": envelope(), "notifications": {"toolsListChanged": True}})
    assert server.receive()["method"] == "notifications/subscriptions/acknowledged"
    return ended(server)


@row("10", "SIGTERM with a subscription open", "the stream is answered, exit 0")
def termination_while_listening() -> str:
    server = start_fixture()
    server.send("subscriptions/listen", {"_meta": envelope(), "notifications": {"toolsListChanged": True}}, "stream")
    assert server.receive()["method"] == "notifications/subscriptions/acknowledged"
    server.process.send_signal(signal.SIGTERM)
    answer = server.receive()
    assert answer["id"] == "stream" and answer["result"]["resultType"] == "complete", answer
    return f"the stream is answered, exit {server.process.wait(5)}"


# 11: cancellation.


def cancel(server: ServerProcess, identifier: int | str) -> None:
    server.notify("notifications/cancelled", {"requestId": identifier, "reason": "the caller gave up"})


def answers_to(output: bytes, identifier: int | str) -> list[dict]:
    return [answer for answer in map(json.loads, output.splitlines()) if "method" not in answer and answer["id"] == identifier]


@row("11", "cancel a read of the API", "no answer, next is served")
def cancel_read() -> str:
    api = API(delay=0.5, delayed="GET")
    server = Server(**api.environment)
    server.send("tools/call", {"name": "list_users", "arguments": {}, "_meta": ENVELOPE}, 5)
    api.wait(1, "GET")
    cancel(server, 5)
    assert server.ask("server/discover", {"_meta": ENVELOPE}, 6)["id"] == 6
    # The answer of the API comes half a second later, and is dropped.
    assert server.silent(0.8)
    assert server.ask("server/discover", {"_meta": ENVELOPE}, 7)["id"] == 7
    return "no answer, next is served" if ended(server) == QUIET_END else "written at the end"


@row("11", 'cancel "5" while 5 runs', "5 is answered")
def cancel_other_type() -> str:
    server = start_fixture()
    server.send("tools/call", {"name": "test_tool_with_progress", "arguments": {}, "_meta": envelope()}, 5)
    cancel(server, "5")
    answer = server.receive()
    server.end()
    return f"{answer['id']} is answered"


@row("11", "cancel while it reports its progress", "no further report, no answer")
def cancel_with_progress() -> str:
    server = start_fixture()
    meta = {**envelope(), "progressToken": "t"}
    server.send("tools/call", {"name": "test_tool_with_progress", "arguments": {}, "_meta": meta}, 5)
    assert server.receive()["params"]["progress"] == 0
    cancel(server, 5)
    server.send("server/discover", {"_meta": envelope()}, 6)
    while (message := server.receive()).get("id") != 6:  # what was on its way
        assert message["params"]["progressToken"] == "t", message
    # The call would have reported and ended within a tenth of a second.
    quiet = server.silent(0.4)
    server.end()
    return "no further report, no answer" if quiet else "it went on"


@row("11", "cancel while a person is asked", "the question is withdrawn, no answer, nothing sent")
def cancel_before_commit() -> str:
    api = API()
    server = Server(**api.environment)
    server.ask("initialize", {**INITIALIZE, "capabilities": FORMS})
    server.send("tools/call", {"name": "send_message", "arguments": MESSAGE}, 5)
    question = server.receive()
    cancel(server, 5)
    withdrawn = server.receive()
    assert withdrawn["method"] == "notifications/cancelled" and withdrawn["params"]["requestId"] == question["id"], withdrawn
    # An approval that comes too late approves nothing.
    server.write_message({"jsonrpc": "2.0", "id": question["id"], "result": approving(question["params"])})
    assert server.ask("ping", identifier=6)["id"] == 6
    _, output, _, _ = server.end()
    sent = sum(request[0] == "POST" for request in api.requests)
    return f"the question is withdrawn, {answers_to(output, 5) or 'no answer'}, {'nothing sent' if not sent else f'{sent} sent'}"


@row("11", "cancel while the API sends", "no answer, sent once, told of when asked again")
def cancel_after_commit() -> str:
    api = API(delay=0.5)
    server = Server(**api.environment)
    approve(server, 5)
    api.wait(1, "POST")
    cancel(server, 5)
    api.wait(1, "POST", finished=True)
    deadline = time.monotonic() + 10
    while True:  # until the outcome is in the ledger
        again = server.call("send_message", MESSAGE, 6)
        assert again["id"] == 6, f"the cancelled call was answered: {again}"
        content = again["result"].get("structuredContent") or {}
        if content.get("duplicate"):
            break
        assert time.monotonic() < deadline, again
        time.sleep(0.05)
    _, output, _, _ = server.end()
    sent = sum(request[0] == "POST" for request in api.requests)
    return f"{answers_to(output, 5) or 'no answer'}, {'sent once' if sent == 1 else f'sent {sent} times'}, told of when asked again"


# 12: two processes.


@row("12", "two processes with one state, calling at once", "both serve, exit 0")
def two_processes() -> str:
    state = tempfile.mkdtemp()
    servers = [Server("--sandbox", QUO_MCP_STATE=state) for _ in range(2)]
    for number in range(20):
        for server in servers:
            server.send("tools/call", {"name": "list_users", "arguments": {}, "_meta": ENVELOPE}, number)
    for server in servers:
        for _ in range(20):
            assert server.receive()["result"]["structuredContent"]["data"]
    statuses = {server.end()[0] for server in servers}
    return f"both serve, exit {statuses.pop()}" if len(statuses) == 1 else f"{statuses}"


def main() -> int:
    table = []
    failed = 0
    for number, case, expected, function in ROWS:
        try:
            observed = function()
        except Exception:
            observed = traceback.format_exc(limit=-1).strip().splitlines()[-1][:300]
            traceback.print_exc()
        failed += observed != expected
        table.append((number, case, expected, "as expected" if observed == expected else f"FAILED: {observed}"))
    table.insert(0, ("row", "case", "expected", "observed"))
    widths = [max(len(line[column]) for line in table) for column in range(3)]
    for line in table:
        print("  ".join([*(text.ljust(width) for text, width in zip(line, widths)), line[3]]))
    print(f"matrix: {len(ROWS) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
