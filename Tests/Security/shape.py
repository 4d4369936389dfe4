"""No id, name or text changes the shape of a request. Standard library only."""

import json
import pathlib
import re
import urllib.parse

from api import API, response
from hostile import HOSTILE, IDS, Contract, concealed, strings
from machine import ASKING, PERSON, UNATTENDED, envelope
from scenarios import FORMS, KEY, TEXT, V1, check, phone, rows, scenario

HEADERS = {
    "host",
    "authorization",
    "accept",
    "user-agent",
    "accept-encoding",
    "content-type",
    "content-length",
    "quo-api-version",
    "connection",
}
CONTRACTS = [V1, Contract("quo-2026-03-30.openapi.json")]


def well_formed(request) -> None:
    """Whether a request is one that a contract has, with nothing more in it."""
    line = re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) (/[A-Za-z0-9/._~%-]*)(\?[A-Za-z0-9=&._~%+-]*)? HTTP/1\.1", request.line)
    check(line, "a request line of another shape", repr(request.line))
    path = line.group(2)
    check(any(contract.operation(line.group(1), path) for contract in CONTRACTS), "no operation", request.line)
    check(not any(urllib.parse.unquote(part) in (".", "..") for part in path.split("/")), "a way out of the path", request.line)
    names = [header.split(b":")[0].decode().lower() for header in request.head.split(b"\r\n")[1:]]
    check(set(names) <= HEADERS and len(names) == len(set(names)), names)
    check(request.header("Authorization") == KEY and request.header("Host").startswith("127.0.0.1:"), request.head)
    if request.body:
        json.loads(request.body)


def snapshot() -> list[dict]:
    path = pathlib.Path(__file__).resolve().parents[2] / "schemas/tools.snapshot.json"
    return json.loads(path.read_text(encoding="utf-8"))


def usual(name: str, schema: dict):
    """An argument that makes a request."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [usual(name, schema.get("items", {}))]
    if schema.get("type") in ("integer", "boolean"):
        return 1 if schema["type"] == "integer" else False
    if schema.get("type") == "object":
        return {key: usual(key, value) for key, value in schema.get("properties", {}).items()}
    return {
        "inbox": "PN1",
        "from": "PN1",
        "to": PERSON,
        "with": PERSON,
        "participants": PERSON,
        "member": "US1",
        "userId": "US1",
        "value": PERSON,
        "url": "https://example.com/x",
        "events": "message.received",
        "since": "2026-11-01",
    }.get(name, "ID1")


TOOLS = [
    tool for tool in snapshot() if tool["name"] not in ("wait_for_reply", "wait_for_event") and "connection" not in tool["name"]
]


def nasty_calls(tool: dict):
    """The calls of a tool with each of its texts replaced by each hostile one."""
    properties = tool["inputSchema"]["properties"]
    needed = {name: usual(name, properties[name]) for name in tool["inputSchema"].get("required", [])}
    for name, schema in properties.items():
        item = schema.get("items", {}) if schema.get("type") == "array" else schema
        if item.get("type") != "string" or "enum" in item:
            continue
        for text in IDS:
            yield {**needed, name: [text] if schema.get("type") == "array" else text}


@rows(*[(part,) for part in range(10)])
def no_argument_changes_the_shape_of_a_request(part):
    api = API()
    api.fault = lambda api, connection, request: (
        connection.sendall(response(404, b'{"message": "no"}'))
        if request.target.count("/") > 2
        else api.answer(connection, request)
    )
    with phone(api, ASKING) as machine:
        server = machine.start()
        for tool in TOOLS[part::10]:
            for arguments in nasty_calls(tool):
                server.last += 1
                server.send("tools/call", {"name": tool["name"], "arguments": arguments, "_meta": envelope(FORMS)}, server.last)
                answer = server.receive(120)
                if "\ud800" in strings(arguments):
                    check(answer["error"]["code"] == -32700, answer)
                    continue
                check("result" in answer, tool["name"], arguments, answer)
                if answer["result"].get("resultType") == "input_required":
                    continue
                bad = [found for text in strings(answer["result"]) for found in concealed(text)]
                check(not bad, tool["name"], arguments, bad, answer)
        server.end()
        check(not concealed(server.log().replace("\r", "")), "the log", [*concealed(server.log())][:5], server.log())
        for request in api.requests:
            well_formed(request)
        # What is internal and easily put right asks nobody.
        changed = {request.line for request in api.requests if request.method != "GET"}
        check(changed <= {"POST /v1/contacts HTTP/1.1", "POST /v1/tasks HTTP/1.1"}, changed)


@scenario
def no_text_that_is_approved_changes_the_shape_of_a_request():
    api = API()
    with phone(api, {**ASKING, "budgets": UNATTENDED["budgets"]}) as machine:
        server = machine.start()
        sent = 0
        for text in [*IDS[:-1], HOSTILE.replace("\x00", "")]:
            arguments = {**TEXT, "text": text[:900] + "."}
            asked = server.call("send_message", arguments, FORMS)
            if asked.get("resultType") != "input_required":
                check(asked["isError"], asked)
                continue
            form = asked["inputRequests"]["approval"]["params"]
            check(not concealed(form["message"]), concealed(form["message"]), form["message"])
            choice = form["requestedSchema"]["properties"]["decision"]["enum"][-1]
            answer = {"approval": {"action": "accept", "content": {"decision": choice}}}
            done = server.call("send_message", arguments, FORMS, inputResponses=answer, requestState=asked["requestState"])
            sent += (done.get("structuredContent") or {}).get("performed") is True
        check(sent == len(api.delivered) > 20, sent, len(api.delivered))
        for request in api.requests:
            well_formed(request)
