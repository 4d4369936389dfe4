"""What every client must be able to do with quo-mcp, against the embedded sandbox.

usage: drive.py CLIENT BINARY, where CLIENT is the name of a module beside this one
"""
import importlib
import os
import pathlib
import sys
import tempfile
import time
import traceback

import anyio

client = importlib.import_module(sys.argv[1])
command = [sys.argv[2], "--sandbox"]
if folder := os.environ.get("MCP_TRANSCRIPTS"):
    tee = pathlib.Path(__file__).resolve().parents[1] / "Conformance/tee.py"
    command = [sys.executable, str(tee), folder, sys.argv[1], *command]
environment = {"QUO_MCP_STATE": tempfile.mkdtemp()}


def approve(message, schema):
    """A person who reads the form and chooses to go on: the last of the choices."""
    field, description = next(iter(schema["properties"].items()))
    return "accept", {field: description["enum"][-1]}


def first_choice(message, schema):
    """A program that fills every field with its first value."""
    field, description = next(iter(schema["properties"].items()))
    return "accept", {field: description["enum"][0]}


def empty(message, schema):
    """A program that accepts every form as it is."""
    return "accept", {}


def decline(message, schema):
    """A person who says no after reading."""
    time.sleep(1.1)
    return "decline", None


def cancel(message, schema):
    return "cancel", None


async def ids(connection):
    """A line of the workspace and somebody to text."""
    _, _, workspace = await connection.call("whoami", {})
    line = workspace["numbers"][0]
    _, _, found = await connection.call("list_conversations", {"inbox": line["name"], "limit": 50})
    # Each is told as "Name (number)", or as the number alone.
    person = next(c["with"][0].split("(")[-1].rstrip(")") for c in found["conversations"] if len(c["with"]) == 1)
    return line, person


async def sent(connection, line, person, text):
    """How many messages with that text are in the thread."""
    arguments = {"with": [person], "inbox": line["id"], "limit": 100}
    _, _, thread = await connection.call("read_thread", arguments)
    return sum(entry.get("text") == text for day in thread["days"] for entry in day["entries"])


async def connects_and_lists_tools(mode):
    async with client.connect(mode, command, environment, approve) as connection:
        if mode[0].isdigit():
            assert connection.version == mode, connection.version
        if mode != "2026-07-28":  # a client that is told the revision asks nothing before it lists tools
            assert 0 < len(connection.instructions) < 2000
        tools = await connection.tools()
        assert 15 <= len(tools) <= 24, len(tools)
        assert all(tool["inputSchema"]["type"] == "object" for tool in tools)


async def reads(mode):
    async with client.connect(mode, command, environment, None) as connection:
        failed, text, structured = await connection.call("whoami", {})
        assert not failed
        if text is not None:
            assert "SANDBOX" in text
        if connection.version >= "2025-06-18":
            assert structured["numbers"], structured


async def bad_arguments_come_back_as_a_result(mode):
    async with client.connect(mode, command, environment, approve) as connection:
        failed, text, _ = await connection.call("send_message", {"to": " ", "text": " "})
        assert failed
        for word in ["to:", "text:"]:
            assert word in text, text


async def many_calls_at_once(mode):
    async with client.connect(mode, command, environment, approve) as connection:
        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(connection.call, "guard_status", {})


async def sends_after_approval_only(mode):
    for index, answer in enumerate([decline, cancel, empty, first_choice, approve]):
        forms = []

        def shown(message, schema, answer=answer):
            forms.append(message)
            return answer(message, schema)

        async with client.connect(mode, command, environment, shown) as connection:
            line, person = await ids(connection)
            text = f"Test message {index}"
            arguments = {"from": line["id"], "to": person, "text": text}
            failed, answered, _ = await connection.call("send_message", arguments)
            assert len(forms) == 1, forms
            assert text in forms[0] and person in forms[0] and line["number"] in forms[0], forms[0]
            assert failed == (answer is not approve), answered
            assert await sent(connection, line, person, text) == (1 if answer is approve else 0)


async def sends_nothing_without_forms(mode):
    async with client.connect(mode, command, environment, None) as connection:
        if connection.version < "2025-06-18":
            failed, answered, _ = await connection.call(
                "send_message", {"from": "PN0", "to": "+15555550123", "text": "x"}
            )
            assert failed, answered
            return
        line, person = await ids(connection)
        arguments = {"from": line["id"], "to": person, "text": "Test without forms"}
        failed, answered, _ = await connection.call("send_message", arguments)
        assert failed and "Nothing was done yet" in answered and "approve" in answered, answered
        assert await sent(connection, line, person, "Test without forms") == 0


SCENARIOS = [
    connects_and_lists_tools,
    reads,
    bad_arguments_come_back_as_a_result,
    many_calls_at_once,
    sends_after_approval_only,
    sends_nothing_without_forms,
]


def main():
    passed = failed = 0
    for mode in client.MODES:
        for scenario in SCENARIOS:
            if scenario is sends_after_approval_only and not client.asks(mode):
                continue
            try:
                with anyio.from_thread.start_blocking_portal() as portal:
                    portal.call(within_a_minute, scenario, mode)
                passed += 1
            except BaseException:
                failed += 1
                print(f"FAILED {sys.argv[1]} {mode} {scenario.__name__}")
                traceback.print_exc()
    print(f"{sys.argv[1]}: {passed} passed, {failed} failed")
    return 1 if failed else 0


async def within_a_minute(scenario, mode):
    with anyio.fail_after(60):
        await scenario(mode)


sys.exit(main())
