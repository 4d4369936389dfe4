"""Conversations with one thing wrong in each, all of which the check against the schemas must notice."""
import json

import schema_validity
from schema_validity import MODERN, PREFIX

Line = tuple[str, str]
ENVELOPE = {PREFIX + "protocolVersion": MODERN, PREFIX + "clientCapabilities": {}}
NAMED = {"_meta": {PREFIX + "serverInfo": {"name": "server", "version": "1"}}}
CACHED = {"ttlMs": 1, "cacheScope": "private"}
TOOL = {"name": "tool", "description": "Does nothing", "inputSchema": {"type": "object"}}
TOOLS = {"tools": [TOOL]}
FORM = {"message": "x", "requestedSchema": {"type": "object", "properties": {}}}


def out(message) -> Line:
    return "out", json.dumps(message)


def modern(method: str) -> Line:
    return "in", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": ENVELOPE}})


def bare(method: str, params: dict | None = None, identifier: int = 1) -> Line:
    return "in", json.dumps({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params or {}})


def result(value: dict, identifier: int = 1) -> Line:
    return out({"jsonrpc": "2.0", "id": identifier, "result": value})


def error(code: int, identifier: int | None = 1, **more) -> Line:
    return out({"jsonrpc": "2.0", "id": identifier, "error": {"code": code, "message": "x", **more}})


def notification(method: str, **params) -> Line:
    return out({"jsonrpc": "2.0", "method": method, **({"params": params} if params else {})})


def initialized(revision: str, **capabilities) -> list[Line]:
    opened = {"protocolVersion": revision, "capabilities": {}, "serverInfo": {"name": "server", "version": "1"}}
    return [bare("initialize", {"protocolVersion": revision, "capabilities": capabilities}, 0), result(opened, 0)]


LISTED = result({"resultType": "complete", **TOOLS, **CACHED, **NAMED})
GOOD = {
    "modern list": [modern("tools/list"), LISTED],
    "legacy list": [*initialized("2025-06-18"), bare("tools/list"), result(TOOLS)],
    "legacy question": [
        *initialized("2025-06-18", elicitation={}),
        out({"jsonrpc": "2.0", "id": "server-1", "method": "elicitation/create", "params": FORM}),
    ],
    "parse error": [("in", "garbage"), error(-32700, None)],
}
BAD = {
    "noise": [("out", "starting")],
    "a member twice": [modern("tools/list"), (LISTED[0], LISTED[1].replace('"jsonrpc"', '"id": 1, "jsonrpc"'))],
    "a list without resultType": [modern("tools/list"), result({**TOOLS, **CACHED, **NAMED})],
    "a list without ttlMs": [modern("tools/list"), result({"resultType": "complete", **TOOLS, "cacheScope": "private", **NAMED})],
    "a result that does not name the server": [modern("tools/list"), result({"resultType": "complete", **TOOLS, **CACHED})],
    "a resultType that nobody knows": [modern("tools/list"), result({"resultType": "done", **TOOLS, **CACHED, **NAMED})],
    "resultType in 2025-11-25": [*initialized("2025-11-25"), bare("tools/list"), result({"resultType": "complete", **TOOLS})],
    "the server's name in 2025-11-25": [*initialized("2025-11-25"), bare("tools/list"), result({**TOOLS, **NAMED})],
    "icons in 2025-06-18": [*initialized("2025-06-18"), bare("tools/list"), result({"tools": [{**TOOL, "icons": []}]})],
    "annotations in 2024-11-05": [*initialized("2024-11-05"), bare("tools/list"), result({"tools": [{**TOOL, "annotations": {}}]})],
    "a recording in 2024-11-05": [
        *initialized("2024-11-05"), bare("tools/call"), result({"content": [{"type": "audio", "data": "", "mimeType": "audio/wav"}]}),
    ],
    "a form's mode in 2025-06-18": [
        *initialized("2025-06-18", elicitation={}),
        out({"jsonrpc": "2.0", "id": "server-1", "method": "elicitation/create", "params": {"mode": "form", **FORM}}),
    ],
    "an array in 2025-06-18": [*initialized("2025-06-18"), out([])],
    "ping in 2026-07-28": [modern("ping"), result({"resultType": "complete", **NAMED})],
    "an answer to nothing": [result({})],
    "two answers": [modern("tools/list"), LISTED, LISTED],
    "an id of another type": [modern("tools/list"), (LISTED[0], LISTED[1].replace('"id": 1', '"id": "1"'))],
    "a question to who cannot answer": [
        *initialized("2025-06-18"), out({"jsonrpc": "2.0", "id": "server-1", "method": "elicitation/create", "params": FORM}),
    ],
    "a request in 2026-07-28": [modern("tools/call"), out({"jsonrpc": "2.0", "id": "server-1", "method": "roots/list"})],
    "a retired code": [modern("resources/read"), error(-32002)],
    "an unsupported version without data": [modern("tools/list"), error(-32022)],
    "no id for what could be read": [error(-32601, None)],
    "progress for nobody": [notification("notifications/progress", progress=1, progressToken="t")],
    "a list that asks": [modern("tools/list"), result({"resultType": "input_required", "requestState": "s", **NAMED})],
    "asking for nothing": [modern("tools/call"), result({"resultType": "input_required", **NAMED})],
    "a change that nobody listens to": [notification("notifications/tools/list_changed")],
}


def check(schemas: schema_validity.Schemas) -> bool:
    """Whether the check notices what it should, and nothing else."""
    wrong = [f"refused: {name}" for name, case in GOOD.items() if schema_validity.check(schemas, case)[1]]
    wrong += [f"not noticed: {name}" for name, case in BAD.items() if not schema_validity.check(schemas, case)[1]]
    for line in wrong:
        print(f"FAILED {line}")
    print(f"schema validity cases: {len(GOOD) + len(BAD) - len(wrong)} passed, {len(wrong)} failed")
    return not wrong
