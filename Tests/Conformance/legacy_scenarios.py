"""The scenarios that only the revisions which begin with initialize have."""
import json

from peer import CLIENT, LEGACY, Peer, text_of
from scenario import scenario

FORMS_SINCE = LEGACY[2:]
LATEST = LEGACY[3:]
REPLY = {"role": "assistant", "content": {"type": "text", "text": "A reply"}, "model": "test-model", "stopReason": "endTurn"}


@scenario(LEGACY)
def server_initialize(peer: Peer) -> None:
    opened = peer.opened
    assert opened["protocolVersion"] == peer.revision
    assert opened["serverInfo"]["name"] == "mcp-fixture" and opened["serverInfo"]["version"]
    capabilities = opened["capabilities"]
    assert {"tools", "resources", "prompts", "logging"} <= capabilities.keys(), capabilities
    assert ("completions" in capabilities) == peer.has("2025-03-26"), capabilities
    assert capabilities["resources"]["subscribe"] is True and opened["instructions"]
    # What is of the other era is not there.
    for method in ["server/discover", "subscriptions/listen"]:
        assert peer.refusal(method).code == -32601
    # A revision that nobody knows is answered with the latest that begins so.
    opening = {"protocolVersion": "1999-01-01", "capabilities": {}, "clientInfo": CLIENT}
    assert peer.request("initialize", opening)["protocolVersion"] == "2025-11-25"


@scenario(LEGACY)
def ping(peer: Peer) -> None:
    assert peer.request("ping") == {}
    # A server must answer while a call runs.
    slow = peer.send("tools/call", {"name": "test_tool_with_progress", "arguments": {}})
    assert peer.request("ping") == {} and slow not in peer.early
    peer.result(slow)


@scenario(LEGACY)
def logging_set_level(peer: Peer) -> None:
    def levels() -> list[str]:
        peer.notifications.clear()
        peer.call("test_logging_tool")
        return [message["level"] for message in peer.named("notifications/message")]

    for level, expected in [
        ("debug", ["debug", "info", "warning", "error"]), ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]), ("error", ["error"]), ("emergency", []),
    ]:
        assert peer.request("logging/setLevel", {"level": level}) == {}
        assert levels() == expected, (level, peer.notifications)
    assert peer.refusal("logging/setLevel", {"level": "loud"}).code == -32602
    assert peer.refusal("logging/setLevel").code == -32602


@scenario(LEGACY, capabilities={"sampling": {}}, answers={"sampling/createMessage": lambda params: REPLY})
def tools_call_sampling(peer: Peer) -> None:
    result = peer.call("test_sampling", {"prompt": "Test prompt for sampling"})
    assert text_of(result) == "LLM response: A reply"
    [(method, params)] = peer.asked
    assert method == "sampling/createMessage" and params["maxTokens"] > 0, peer.asked
    [message] = params["messages"]
    assert message == {"role": "user", "content": {"type": "text", "text": "Test prompt for sampling"}}, message


@scenario(LEGACY, name="tools-call-sampling: not declared")
def sampling_is_not_asked_of_who_cannot(peer: Peer) -> None:
    for tool, arguments in [("test_sampling", {"prompt": "x"}), ("test_elicitation", {"message": "x"})]:
        error = peer.refusal("tools/call", {"name": tool, "arguments": arguments})
        assert error.data["requiredCapabilities"], error
    assert not peer.asked
    text_of(peer.call("test_simple_text"))


@scenario(FORMS_SINCE, capabilities={"elicitation": {}})
def tools_call_elicitation(peer: Peer) -> None:
    content = {"username": "testuser", "email": "test@example.com"}
    for answer in [{"action": "accept", "content": content}, {"action": "decline"}, {"action": "cancel"}]:
        peer.asked.clear()
        peer.answers = {"elicitation/create": lambda params, answer=answer: answer}
        text = text_of(peer.call("test_elicitation", {"message": "Please provide your information"}))
        assert f"action={answer['action']}" in text, text
        assert ("testuser" in text) == (answer["action"] == "accept"), text
        [(method, params)] = peer.asked
        assert method == "elicitation/create" and params["message"] == "Please provide your information"
        assert params["requestedSchema"]["type"] == "object"
        assert {"username", "email"} == params["requestedSchema"]["properties"].keys(), params
        if not peer.has("2025-11-25"):
            assert "mode" not in params, params


@scenario(LATEST, capabilities={"elicitation": {}})
def elicitation_sep1034_defaults(peer: Peer) -> None:
    filled = {"name": "Jane", "age": 31, "score": 1.5, "status": "pending", "verified": False}
    peer.answers = {"elicitation/create": lambda params: {"action": "accept", "content": filled}}
    text = text_of(peer.call("test_elicitation_sep1034_defaults"))
    assert json.loads(text.split("content=")[1]) == filled, text
    [(_, params)] = peer.asked
    fields = params["requestedSchema"]["properties"]
    expected = {
        "name": ("string", "John Doe"), "age": ("integer", 30), "score": ("number", 95.5), "status": ("string", "active"),
        "verified": ("boolean", True),
    }
    assert {name: (field["type"], field["default"]) for name, field in fields.items()} == expected, fields
    assert "active" in fields["status"]["enum"], fields


@scenario(FORMS_SINCE, capabilities={"elicitation": {"form": {}}})
def elicitation_sep1330_enums(peer: Peer) -> None:
    chosen = {"untitledSingle": "option1", "legacyEnum": "opt1"}
    if peer.has("2025-11-25"):  # titles and choices of several are new in it
        chosen |= {"titledSingle": "value1", "untitledMulti": ["option1", "option2"], "titledMulti": ["value1", "value2"]}
    peer.answers = {"elicitation/create": lambda params: {"action": "accept", "content": chosen}}
    text = text_of(peer.call("test_elicitation_sep1330_enums"))
    assert json.loads(text.split("content=")[1]) == chosen, text
    [(_, params)] = peer.asked
    fields = params["requestedSchema"]["properties"]
    assert fields.keys() == chosen.keys()
    assert fields["untitledSingle"]["enum"] and "oneOf" not in fields["untitledSingle"]
    assert len(fields["legacyEnum"]["enum"]) == len(fields["legacyEnum"]["enumNames"]) > 0
    if peer.has("2025-11-25"):
        assert all(option["const"] and option["title"] for option in fields["titledSingle"]["oneOf"])
        assert "enum" not in fields["titledSingle"]
        assert fields["untitledMulti"]["type"] == "array" and fields["untitledMulti"]["items"]["enum"]
        assert fields["titledMulti"]["type"] == "array"
        assert all(option["const"] and option["title"] for option in fields["titledMulti"]["items"]["anyOf"])


@scenario(LEGACY)
def resources_subscribe(peer: Peer) -> None:
    assert peer.request("resources/subscribe", {"uri": "test://watched-resource"}) == {}
    for _ in range(2):
        assert peer.notification("notifications/resources/updated") == {"uri": "test://watched-resource"}
    assert peer.refusal("resources/subscribe").code == -32602


@scenario(LEGACY)
def resources_unsubscribe(peer: Peer) -> None:
    peer.request("resources/subscribe", {"uri": "test://watched-resource"})
    peer.notification("notifications/resources/updated")
    assert peer.request("resources/unsubscribe", {"uri": "test://watched-resource"}) == {}
    # The fixture says twice a second that the resource changed.
    assert peer.process.silent(1.2), "told of changes after unsubscribing"
    assert peer.request("resources/unsubscribe", {"uri": "test://never-subscribed"}) == {}


@scenario(LEGACY, name="list-changed")
def lists_change(peer: Peer) -> None:
    for kind, trigger in [("tools", "test_trigger_tool_change"), ("prompts", "test_trigger_prompt_change")]:
        peer.call(trigger)
        peer.notification(f"notifications/{kind}/list_changed")
        assert peer.opened["capabilities"][kind]["listChanged"] is True


@scenario(["2025-03-26"])
def batch(peer: Peer) -> None:
    """Several messages in one array, which this revision alone has."""
    call = {"name": "test_simple_text", "arguments": {}}
    peer.process.write_message([
        {"jsonrpc": "2.0", "id": "a", "method": "ping"}, {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": "b", "method": "tools/call", "params": call}, {"jsonrpc": "2.0", "id": "c", "method": "no/such"},
    ])
    answers = {answer["id"]: answer for answer in peer.process.receive()}
    assert answers.keys() == {"a", "b", "c"} and answers["a"]["result"] == {} and answers["c"]["error"]["code"] == -32601
    assert text_of(answers["b"]["result"])
    peer.process.write_message([{"jsonrpc": "2.0", "method": "notifications/initialized"}])
    peer.process.write_message([])
    assert peer.process.receive()["error"]["code"] == -32600, "an array of notifications has no answer, an empty one an error"
    assert peer.request("ping") == {}


@scenario([revision for revision in LEGACY if revision != "2025-03-26"], name="batch: refused")
def batch_refused(peer: Peer) -> None:
    peer.process.write_message([{"jsonrpc": "2.0", "id": "a", "method": "ping"}])
    answer = peer.process.receive()
    assert answer["error"]["code"] == -32600 and answer["id"] is None, answer
    assert peer.request("ping") == {}
