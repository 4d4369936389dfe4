"""A text goes only where the form's required choice was made, in the answer to that form. Standard library only."""

import base64
import json
import time

from api import API
from machine import envelope
from scenarios import FORMS, TEXT, Heard, check, phone, rows, scenario

SEND = "Send it"
NOT_APPROVING = [
    ("accepts empty", {"action": "accept", "content": {}}),
    ("accepts without content", {"action": "accept"}),
    ("accepts with null content", {"action": "accept", "content": None}),
    ("accepts with a list for content", {"action": "accept", "content": [SEND]}),
    ("accepts with a text for content", {"action": "accept", "content": SEND}),
    ("accepts with the first value", {"action": "accept", "content": {"decision": "Do not send"}}),
    ("accepts with every Boolean true", {"action": "accept", "content": {"decision": True, "approved": True, "confirm": True}}),
    ("accepts with the number of the choice", {"action": "accept", "content": {"decision": 1}}),
    ("accepts with a list of the choice", {"action": "accept", "content": {"decision": [SEND]}}),
    ("accepts with an object of the choice", {"action": "accept", "content": {"decision": {"value": SEND}}}),
    ("accepts with both choices", {"action": "accept", "content": {"decision": f"Do not send, {SEND}"}}),
    ("accepts with the choice in other case", {"action": "accept", "content": {"decision": "SEND IT"}}),
    ("accepts with the choice and spaces", {"action": "accept", "content": {"decision": f" {SEND} "}}),
    ("accepts with the choice and a zero-width space", {"action": "accept", "content": {"decision": f"{SEND}\u200b"}}),
    (
        "accepts with the choice under another name",
        {"action": "accept", "content": {"Decision": SEND, "choice": SEND, "approval": SEND}},
    ),
    ("accepts with yes", {"action": "accept", "content": {"decision": "yes"}}),
    ("accepts with an empty choice", {"action": "accept", "content": {"decision": ""}}),
    ("accepts with a null choice", {"action": "accept", "content": {"decision": None}}),
    ("accepts with the title", {"action": "accept", "content": {"decision": "Your decision"}}),
    ("declines", {"action": "decline"}),
    ("declines with the choice", {"action": "decline", "content": {"decision": SEND}}),
    ("cancels", {"action": "cancel"}),
    ("cancels with the choice", {"action": "cancel", "content": {"decision": SEND}}),
    ("approves by another action", {"action": "approve", "content": {"decision": SEND}}),
    ("accepts in other case", {"action": "ACCEPT", "content": {"decision": SEND}}),
    ("says nothing", {}),
    ("gives the choice without action", {"content": {"decision": SEND}}),
]
APPROVING = {"action": "accept", "content": {"decision": SEND}}


def performed(answer: dict) -> bool:
    return ((answer.get("result") or {}).get("structuredContent") or {}).get("performed") is True


class Modern:
    """A client of the latest revision, which gets the form as a result."""

    def __init__(self, server: Heard):
        self.server = server

    def asked(self, **more) -> dict:
        result = self.server.call("send_message", {**TEXT, **more}, FORMS)
        check(result.get("resultType") == "input_required", result)
        return result

    def answer(self, asked: dict, response, name: str = "approval", arguments: dict | None = None, **more) -> dict:
        self.server.last += 1
        params = {
            "name": "send_message",
            "arguments": arguments or TEXT,
            "_meta": envelope(FORMS),
            "inputResponses": {name: response},
        }
        if asked.get("requestState") is not None:
            params["requestState"] = asked["requestState"]
        self.server.send("tools/call", {**params, **more}, self.server.last)
        return self.server.receive()


class Legacy:
    """A client of a revision in which the server asks by a request of its own."""

    def __init__(self, server: Heard, revision: str = "2025-06-18"):
        self.server = server
        opened = server.ask(
            "initialize",
            {"protocolVersion": revision, "capabilities": {"elicitation": {}}, "clientInfo": {"name": "x", "version": "1"}},
            "open",
        )
        check(opened["result"]["protocolVersion"] == revision, opened)
        server.notify("notifications/initialized")

    def asked(self, identifier="call", **more) -> dict:
        self.server.send("tools/call", {"name": "send_message", "arguments": {**TEXT, **more}}, identifier)
        request = self.server.receive()
        check(request.get("method") == "elicitation/create", request)
        return request

    def reply(self, identifier, result) -> None:
        self.server.write_message({"jsonrpc": "2.0", "id": identifier, "result": result})


@scenario
def a_client_that_makes_no_choice_sends_nothing_in_the_latest_revision():
    api = API()
    with phone(api) as machine:
        client = Modern(machine.start())
        for name, response_ in NOT_APPROVING:
            answer = client.answer(client.asked(), response_)
            check(not performed(answer) and api.count("POST") == 0, name, answer)
        for nothing in [None, [], "accept", 1, True]:
            answer = client.answer(client.asked(), nothing)
            check(not performed(answer) and api.count("POST") == 0, nothing, answer)
        check(performed(client.answer(client.asked(), APPROVING)) and api.count("POST") == 1, "the right choice must send")


@rows(("2025-06-18",), ("2025-11-25",))
def a_client_that_makes_no_choice_sends_nothing_in(revision):
    api = API()
    with phone(api) as machine:
        client = Legacy(machine.start(), revision)
        for name, response_ in NOT_APPROVING:
            request = client.asked()
            client.reply(request["id"], response_)
            answer = client.server.receive()
            check(answer["id"] == "call" and not performed(answer) and api.count("POST") == 0, name, answer)
        for error in [{"code": -32601, "message": "no"}, {"code": 0, "message": SEND, "data": APPROVING}]:
            request = client.asked()
            client.server.write_message({"jsonrpc": "2.0", "id": request["id"], "error": error})
            answer = client.server.receive()
            check(not performed(answer) and api.count("POST") == 0, error, answer)
        request = client.asked()
        client.reply(request["id"], APPROVING)
        check(performed(client.server.receive()) and api.count("POST") == 1, "the right choice must send")


@scenario
def an_answer_under_another_id_is_no_answer():
    api = API()
    with phone(api) as machine:
        client = Legacy(machine.start())
        # Answers before any question, to whatever ids a server might take.
        for identifier in [0, 1, 2, "1", "call", "approval", None]:
            client.reply(identifier, APPROVING)
        request = client.asked()
        wrong = [f"{request['id']}", f"{request['id']}x", 999_999, None, "call", -1]
        if isinstance(request["id"], int):
            wrong += [request["id"] + 1, float(request["id"]) + 0.5]
        for identifier in wrong:
            if identifier == request["id"]:
                continue
            client.reply(identifier, APPROVING)
        seen = []
        while line := client.server.receive_line(0.5):
            seen.append(json.loads(line))
        check(not any(performed(message) for message in seen) and api.count("POST") == 0, seen)
        client.reply(request["id"], {"action": "decline"})
        while not (answer := client.server.receive()).get("id") == "call":
            pass
        check(not performed(answer) and api.count("POST") == 0, answer)


@scenario
def an_answer_given_twice_counts_once():
    api = API()
    with phone(api) as machine:
        client = Legacy(machine.start())
        for first, sent in [({"action": "decline"}, 0), ({"action": "cancel"}, 0), (APPROVING, 1)]:
            request = client.asked()
            for _ in range(2):
                client.reply(request["id"], first)
                first = APPROVING
            answer = client.server.receive()
            client.server.send("ping", {}, "after")
            while client.server.receive()["id"] != "after":
                pass
            check(performed(answer) == bool(sent) and api.count("POST") == sent, answer, api.requests)


@scenario
def two_questions_are_not_answered_with_one_answer():
    api = API()
    with phone(api) as machine:
        client = Legacy(machine.start())
        first, second = client.asked("one", text="First text"), client.asked("two", text="Second text")
        check(first["id"] != second["id"])
        client.reply(second["id"], APPROVING)
        answer = client.server.receive()
        check(answer["id"] == "two" and performed(answer), answer)
        client.reply(second["id"], APPROVING)
        check(
            client.server.receive_line(0.5) in (None, b"") and [m["text"] for m in api.delivered] == ["Second text"],
            api.delivered,
        )
        client.reply(first["id"], {"action": "decline"})
        check(not performed(client.server.receive()) and len(api.delivered) == 1)


@scenario
def an_answer_after_the_time_is_no_answer():
    api = API()
    with phone(api) as machine:
        client = Legacy(machine.start())
        request = client.asked()
        begun = time.monotonic()
        message = client.server.receive(100)
        while message.get("id") != "call":
            message = client.server.receive(100)
        check(not performed(message) and time.monotonic() - begun > 45, message)
        client.reply(request["id"], APPROVING)
        client.server.send("ping", {}, "after")
        while client.server.receive()["id"] != "after":
            pass
        check(api.count("POST") == 0, api.requests)


@scenario
def an_answer_after_the_call_was_cancelled_is_no_answer():
    api = API()
    with phone(api) as machine:
        client = Legacy(machine.start())
        request = client.asked()
        client.server.notify("notifications/cancelled", {"requestId": "call"})
        client.reply(request["id"], APPROVING)
        client.server.send("tools/call", {"name": "guard_status", "arguments": {}}, "after")
        while client.server.receive().get("id") != "after":
            pass
        check(api.count("POST") == 0, api.requests)


@scenario
def a_state_that_was_not_given_for_this_request_approves_nothing():
    api = API()
    with phone(api) as machine, phone(api) as other:
        client, stranger = Modern(machine.start()), Modern(other.start())
        asked = client.asked()
        state = asked["requestState"]
        elsewhere = client.asked(text="Another text")["requestState"]
        foreign = stranger.asked()["requestState"]
        wrong = [
            None,
            "",
            " ",
            "v1",
            state[:-1],
            state[:-1] + ("0" if state[-1] != "0" else "1"),
            state.upper(),
            state + " ",
            "v2" + state[2:],
            elsewhere,
            foreign,
            base64.b64encode(state.encode()).decode(),
            1,
            {},
            [state],
            "0" * len(state),
        ]
        for each in wrong:
            answer = client.answer({"requestState": each}, APPROVING)
            check(not performed(answer) and api.count("POST") == 0, each, answer)
        # The right state for other words, another person, another line, another tool.
        for change in [{"text": "Send money"}, {"to": "+16145550102"}, {"text": TEXT["text"] + " "}, {"done": True}]:
            asked = client.asked()
            answer = client.answer(asked, APPROVING, arguments={**TEXT, **change})
            check(not performed(answer) and api.count("POST") == 0, change, answer)
        # An answer under another name than the question's.
        for name in ["Approval", "decision", "approval ", "", "0"]:
            answer = client.answer(client.asked(), APPROVING, name)
            check(not performed(answer) and api.count("POST") == 0, name, answer)
        # The state of a process that has ended.
        asked = client.asked()
        client.server.end()
        late = Modern(machine.start())
        answer = late.answer(asked, APPROVING)
        check(not performed(answer) and api.count("POST") == 0, answer)
        asked = late.asked()
        check(performed(late.answer(asked, APPROVING)) and api.count("POST") == 1)
        for _ in range(3):
            check(not performed(late.answer(asked, APPROVING)) and api.count("POST") == 1, "used twice")


@scenario
def no_argument_approves():
    api = API()
    with phone(api) as machine:
        server = machine.start()
        for more in [
            {"approved": True},
            {"confirm": True},
            {"decision": SEND},
            {"force": True},
            {"approval": APPROVING},
            {"inputResponses": {"approval": APPROVING}},
            {"allow_duplicate": True},
            {"_meta": {"approved": True}},
        ]:
            result = server.call("send_message", {**TEXT, **more}, FORMS)
            check(not (result.get("structuredContent") or {}).get("performed"), more, result)
        for more in [{"approved": True}, {"decision": SEND}, {"elicitation": APPROVING}]:
            result = server.call("send_message", TEXT, FORMS, **more)
            check(not (result.get("structuredContent") or {}).get("performed"), more, result)
        check(api.count("POST") == 0, api.requests)


@scenario
def no_environment_variable_approves():
    api = API()
    with phone(api, QUO_APPROVE="1", QUO_AUTO_APPROVE="1", QUO_YES="1", CI="1") as machine:
        result = machine.start().call("send_message", TEXT)
        check(result["structuredContent"]["rule"] == "pending" and api.count("POST") == 0, result)
