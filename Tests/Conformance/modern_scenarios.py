"""The scenarios that only the revision of 2026-07-28 has."""
from peer import Peer, text_of
from scenario import scenario
from server_process import CLIENT_CAPABILITIES, MODERN, PROTOCOL_VERSION, envelope

ONLY = [MODERN]
LOG_LEVEL = "io.modelcontextprotocol/logLevel"
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
FORMS, SAMPLING, ROOTS = {"elicitation": {}}, {"sampling": {}}, {"roots": {}}
EVERYTHING = {**FORMS, **SAMPLING, **ROOTS}
REPLY = {"role": "assistant", "content": {"type": "text", "text": "Paris"}, "model": "test-model", "stopReason": "endTurn"}
FOLDERS = {"roots": [{"uri": "file:///workspace", "name": "Workspace"}]}
RAW = ("server/discover", "tools/list", "tools/call", "resources/list", "prompts/list")


def accepted(**content) -> dict:
    return {"action": "accept", "content": content}


def raw(peer: Peer, method: str, params: dict) -> dict:
    """The answer to a request whose parameters are sent as they are."""
    peer.last += 1
    answer = peer.process.ask(method, params, peer.last)
    assert answer["id"] == peer.last, answer
    return answer


def asks(result: dict, *methods: str) -> dict:
    """The input requests of a result that asks for these methods."""
    assert result["resultType"] == "input_required", result
    requests = result["inputRequests"]
    assert sorted(request["method"] for request in requests.values()) == sorted(methods), result
    for request in requests.values():
        if request["method"] == "elicitation/create":
            assert request["params"]["message"] and request["params"]["requestedSchema"]["type"] == "object", request
        if request["method"] == "sampling/createMessage":
            assert request["params"]["messages"] and request["params"]["maxTokens"] > 0, request
    return requests


def completes(result: dict) -> str:
    assert result["resultType"] == "complete" and result.get("isError", False) is False, result
    return text_of(result)


# server-stateless


@scenario(ONLY, name="server-stateless: envelope")
def stateless_envelope(peer: Peer) -> None:
    for method in RAW:
        name = {"name": "test_simple_text", "arguments": {}} if method == "tools/call" else {}
        whole = envelope()
        without_version = {CLIENT_CAPABILITIES: {}}
        without_capabilities = {PROTOCOL_VERSION: MODERN}
        for params in [
            name, {**name, "_meta": {}}, {**name, "_meta": without_version}, {**name, "_meta": without_capabilities},
            {**name, "_meta": {**whole, PROTOCOL_VERSION: 20260728}}, {**name, "_meta": {**whole, CLIENT_CAPABILITIES: []}},
            {**name, "_meta": []},
        ]:
            assert raw(peer, method, params)["error"]["code"] == -32602, (method, params)
        # Who the client is need not be said.
        assert raw(peer, method, {**name, "_meta": whole})["result"]["resultType"] == "complete", method


@scenario(ONLY, name="server-stateless: discover")
def stateless_discover(peer: Peer) -> None:
    found = peer.request("server/discover")
    assert found["supportedVersions"] == [MODERN] and found["instructions"]
    assert found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "mcp-fixture", found
    handled = {
        "tools": "tools/list", "prompts": "prompts/list", "resources": "resources/list", "completions": "completion/complete",
    }
    for capability, method in handled.items():
        assert capability in found["capabilities"], found
        try_ref = {"ref": {"type": "ref/prompt", "name": "test_prompt_with_arguments"}, "argument": {"name": "arg1", "value": ""}}
        assert peer.request(method, try_ref if capability == "completions" else {})["resultType"] == "complete"
    again = peer.request("server/discover")
    assert again == found, "discovery depends on what was asked before"


@scenario(ONLY, name="server-stateless: unsupported version")
def stateless_unsupported_version(peer: Peer) -> None:
    supported = peer.request("server/discover")["supportedVersions"]
    for version in ["v999.0.0", "1900-01-01", "2027-01-01", "2025-11-25", ""]:
        for method in RAW:
            error = raw(peer, method, {"_meta": envelope(version=version)})["error"]
            assert error["code"] == -32022 and error["data"]["requested"] == version, error
            assert error["data"]["supported"] and set(error["data"]["supported"]) <= set(supported), error


@scenario(ONLY, name="server-stateless: missing capability")
def stateless_missing_capability(peer: Peer) -> None:
    for tool, required in [
        ("test_missing_capability", {"sampling": {}}), ("test_elicitation_sep1034_defaults", {"elicitation": {"form": {}}}),
        ("test_input_required_result_list_roots", {"roots": {}}),
    ]:
        error = peer.refusal("tools/call", {"name": tool, "arguments": {}})
        assert error.code == -32021 and error.data == {"requiredCapabilities": required}, error


@scenario(ONLY, name="server-stateless: removed and unknown methods")
def stateless_methods(peer: Peer) -> None:
    opening = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    for method, params in [
        ("initialize", opening), ("ping", {}), ("logging/setLevel", {"level": "info"}),
        ("resources/subscribe", {"uri": "test://watched-resource"}), ("resources/unsubscribe", {"uri": "test://watched-resource"}),
        ("tasks/list", {}), ("no/such/method", {}), ("", {}),
    ]:
        assert peer.refusal(method, params).code == -32601, method
    text_of(peer.call("test_simple_text"))


@scenario(ONLY, name="server-stateless: identifiers of errors", capabilities={})
def stateless_error_identifiers(peer: Peer) -> None:
    for identifier in [0, -1, "", "a", "1", 2**53]:
        for method, meta in [("no/such/method", envelope()), ("tools/list", {}), ("tools/list", envelope(version="v999.0.0"))]:
            answer = peer.process.ask(method, {"_meta": meta}, identifier)
            assert answer["id"] == identifier and type(answer["id"]) is type(identifier) and "error" in answer, answer


@scenario(ONLY, name="server-stateless: logging")
def stateless_logging(peer: Peer) -> None:
    peer.call("test_logging_tool")
    assert not peer.named("notifications/message"), "logged to a client that did not ask"
    for level, expected in [("debug", 4), ("warning", 2), ("error", 1), ("alert", 0)]:
        peer.notifications.clear()
        peer.call("test_logging_tool", **{LOG_LEVEL: level})
        messages = peer.named("notifications/message")
        assert len(messages) == expected, (level, messages)
        # The next request does not inherit the level of this one.
        peer.notifications.clear()
        peer.call("test_logging_tool")
        assert not peer.notifications, peer.notifications
    assert peer.refusal("tools/list", **{LOG_LEVEL: "loud"}).code == -32602


@scenario(ONLY, name="server-stateless: listening")
def stateless_listening(peer: Peer) -> None:
    asked = {"toolsListChanged": True, "resourceSubscriptions": ["test://watched-resource"]}
    listener = peer.send("subscriptions/listen", {"notifications": asked})
    first = peer.process.receive()
    assert first["method"] == "notifications/subscriptions/acknowledged", "the acknowledgement comes first"
    assert first["params"]["notifications"] == asked and first["params"]["_meta"][SUBSCRIPTION] == listener, first
    updated = peer.notification("notifications/resources/updated")
    assert updated["uri"] == "test://watched-resource" and updated["_meta"][SUBSCRIPTION] == listener, updated
    # Both changes travel the same way, so when the second is told, the first was not.
    peer.call("test_trigger_prompt_change")
    peer.call("test_trigger_tool_change")
    changed = peer.notification("notifications/tools/list_changed")
    assert changed["_meta"][SUBSCRIPTION] == listener, changed
    assert not peer.named("notifications/prompts/list_changed"), "told of what was not asked for"
    assert listener not in peer.early, "a stream has no answer while it lasts"


@scenario(ONLY, name="server-stateless: several listeners")
def stateless_listeners(peer: Peer) -> None:
    def listen(identifier, notifications: dict) -> dict:
        peer.process.send("subscriptions/listen", {"_meta": envelope(), "notifications": notifications}, identifier)
        return peer.notification("notifications/subscriptions/acknowledged")

    assert listen("listen-1", {"promptsListChanged": True})["_meta"][SUBSCRIPTION] == "listen-1"
    assert listen(0, {"promptsListChanged": True, "toolsListChanged": False})["_meta"][SUBSCRIPTION] == 0
    assert listen("listen-2", {})["notifications"] == {}
    peer.call("test_trigger_prompt_change")
    told = {peer.notification("notifications/prompts/list_changed")["_meta"][SUBSCRIPTION] for _ in range(2)}
    assert told == {"listen-1", 0}, told
    # Who leaves is not told, nor answered.
    peer.process.notify("notifications/cancelled", {"requestId": "listen-1"})
    peer.call("test_trigger_prompt_change")
    assert peer.notification("notifications/prompts/list_changed")["_meta"][SUBSCRIPTION] == 0
    peer.call("test_trigger_prompt_change")
    assert peer.notification("notifications/prompts/list_changed")["_meta"][SUBSCRIPTION] == 0
    assert not peer.early and not peer.notifications, (peer.early, peer.notifications)
    for wrong in [None, [], {"toolsListChanged": "yes"}, {"resourceSubscriptions": "test://watched-resource"}]:
        assert peer.refusal("subscriptions/listen", {"notifications": wrong}).code == -32602, wrong


@scenario(ONLY, capabilities=EVERYTHING)
def caching(peer: Peer) -> None:
    for method, params in [
        ("server/discover", {}), ("tools/list", {}), ("prompts/list", {}), ("resources/list", {}), ("resources/templates/list", {}),
        ("resources/read", {"uri": "test://static-text"}),
    ]:
        result = peer.request(method, params)
        assert type(result["ttlMs"]) is int and result["ttlMs"] >= 0, (method, result)
        assert result["cacheScope"] in {"public", "private"}, (method, result)
    first = peer.request("resources/list")
    second = peer.request("resources/list", {"cursor": first["nextCursor"]})
    assert first["cacheScope"] == second["cacheScope"], "the pages differ"
    for result in [peer.call("test_simple_text"), peer.call("test_input_required_result_elicitation")]:
        assert "ttlMs" not in result and "cacheScope" not in result, result


# input-required-result


@scenario(ONLY, capabilities=FORMS)
def input_required_result_basic_elicitation(peer: Peer) -> None:
    requests = asks(peer.call("test_input_required_result_elicitation"), "elicitation/create")
    assert requests.keys() == {"user_name"}, requests
    assert completes(peer.again("test_input_required_result_elicitation", {"user_name": accepted(name="Alice")})) == "Hello, Alice!"


@scenario(ONLY, capabilities=SAMPLING)
def input_required_result_basic_sampling(peer: Peer) -> None:
    requests = asks(peer.call("test_input_required_result_sampling"), "sampling/createMessage")
    assert requests.keys() == {"capital_question"}, requests
    assert "Paris" in completes(peer.again("test_input_required_result_sampling", {"capital_question": REPLY}))


@scenario(ONLY, capabilities=ROOTS)
def input_required_result_basic_list_roots(peer: Peer) -> None:
    requests = asks(peer.call("test_input_required_result_list_roots"), "roots/list")
    assert requests.keys() == {"client_roots"}, requests
    assert "file:///workspace" in completes(peer.again("test_input_required_result_list_roots", {"client_roots": FOLDERS}))


@scenario(ONLY, capabilities=FORMS)
def input_required_result_request_state(peer: Peer) -> None:
    tool = "test_input_required_result_request_state"
    first = peer.call(tool)
    asks(first, "elicitation/create")
    assert first["requestState"], first
    assert "state-ok" in completes(peer.again(tool, {"confirm": accepted(ok=True)}, first["requestState"]))
    # Without the state it was never asked.
    asks(peer.again(tool, {"confirm": accepted(ok=True)}), "elicitation/create")


@scenario(ONLY, capabilities=EVERYTHING)
def input_required_result_multiple_input_requests(peer: Peer) -> None:
    tool = "test_input_required_result_multiple_inputs"
    first = peer.call(tool)
    asks(first, "elicitation/create", "sampling/createMessage", "roots/list")
    responses = {"user_name": accepted(name="Alice"), "greeting": REPLY, "client_roots": FOLDERS}
    assert "Alice" in completes(peer.again(tool, responses, first["requestState"]))
    partial = {"user_name": accepted(name="Alice")}
    assert peer.again(tool, partial, first["requestState"])["resultType"] == "input_required"


@scenario(ONLY, capabilities=FORMS)
def input_required_result_multi_round(peer: Peer) -> None:
    tool = "test_input_required_result_multi_round"
    first = peer.call(tool)
    assert asks(first, "elicitation/create").keys() == {"step1"}
    second = peer.again(tool, {"step1": accepted(name="Alice")}, first["requestState"])
    assert asks(second, "elicitation/create").keys() == {"step2"}
    assert second["requestState"] != first["requestState"], "the state did not move on"
    text = completes(peer.again(tool, {"step2": accepted(color="Blue")}, second["requestState"]))
    assert "Alice" in text and "Blue" in text, text


@scenario(ONLY, capabilities=FORMS)
def input_required_result_missing_input_response(peer: Peer) -> None:
    tool = "test_input_required_result_elicitation"
    for responses in [{}, {"another": accepted(name="Alice")}, None]:
        assert asks(peer.again(tool, responses), "elicitation/create").keys() == {"user_name"}


@scenario(ONLY, capabilities=FORMS)
def input_required_result_non_tool_request(peer: Peer) -> None:
    prompt = {"name": "test_input_required_result_prompt"}
    assert asks(peer.request("prompts/get", prompt), "elicitation/create").keys() == {"user_context"}
    answered = peer.request("prompts/get", {**prompt, "inputResponses": {"user_context": accepted(context="a meeting")}})
    assert answered["resultType"] == "complete" and "a meeting" in answered["messages"][0]["content"]["text"], answered


@scenario(ONLY, capabilities=EVERYTHING)
def input_required_result_result_type(peer: Peer) -> None:
    for tool in ["elicitation", "sampling", "list_roots", "request_state", "multiple_inputs", "multi_round"]:
        result = peer.call(f"test_input_required_result_{tool}")
        assert result["resultType"] == "input_required" and "content" not in result, result
        assert result.get("inputRequests") or result.get("requestState"), result
    assert peer.call("test_simple_text")["resultType"] == "complete"


@scenario(ONLY, capabilities=EVERYTHING)
def input_required_result_unsupported_methods(peer: Peer) -> None:
    peer.call("test_input_required_result_elicitation")
    extra = {"inputResponses": {"user_name": accepted(name="Alice")}, "requestState": "state"}
    for method in ["server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list"]:
        for params in [{}, extra]:
            result = peer.request(method, params)
            assert result["resultType"] == "complete" and "inputRequests" not in result, (method, result)


@scenario(ONLY, capabilities=FORMS)
def input_required_result_tampered_state(peer: Peer) -> None:
    tool = "test_input_required_result_tampered_state"
    state = peer.call(tool)["requestState"]
    other = peer.call("test_input_required_result_multi_round")["requestState"]
    changed = state[:-1] + ("A" if state[-1] != "A" else "B")
    first = ("A" if state[0] != "A" else "B") + state[1:]
    for wrong in [changed, first, state + "x", state[: len(state) // 2], "", "tampered", other]:
        params = {"name": tool, "arguments": {}, "inputResponses": {"confirm": accepted(ok=True)}, "requestState": wrong}
        assert peer.refusal("tools/call", params).code == -32602, wrong
    assert peer.refusal("tools/call", {"name": tool, "arguments": {}, "requestState": 5}).code == -32602
    assert "state-ok" in completes(peer.again(tool, {"confirm": accepted(ok=True)}, state))


@scenario(ONLY)
def input_required_result_capability_check(peer: Peer) -> None:
    tool = "test_input_required_result_capabilities"
    elicitation, sampling, roots = "elicitation/create", "sampling/createMessage", "roots/list"
    for capabilities, expected in [
        (FORMS, {elicitation}), ({"elicitation": {"form": {}}}, {elicitation}), (SAMPLING, {sampling}), (ROOTS, {roots}),
        ({**FORMS, **SAMPLING}, {elicitation, sampling}), ({}, set()), ({"elicitation": {"url": {}}}, set()),
    ]:
        peer.capabilities = capabilities
        requests = peer.call(tool).get("inputRequests", {})
        assert {request["method"] for request in requests.values()} == expected, (capabilities, requests)


@scenario(ONLY, capabilities=FORMS)
def input_required_result_ignore_extra_params(peer: Peer) -> None:
    responses = {"user_name": accepted(name="Alice"), "extra": accepted(anything=1), "more": {"action": "decline"}}
    assert completes(peer.again("test_input_required_result_elicitation", responses)) == "Hello, Alice!"


@scenario(ONLY, capabilities=FORMS)
def input_required_result_validate_input(peer: Peer) -> None:
    tool = "test_input_required_result_elicitation"
    for content in [{"name": 12345}, {"name": None}, {"name": ["Alice"]}, {}]:
        assert asks(peer.again(tool, {"user_name": accepted(**content)}), "elicitation/create").keys() == {"user_name"}
    for wrong in [{"user_name": 5}, {"user_name": {"action": "perhaps"}}, [], "x"]:
        params = {"name": tool, "arguments": {}, "inputResponses": wrong}
        assert peer.refusal("tools/call", params).code == -32602, wrong


@scenario(ONLY, capabilities=FORMS, name="elicitation-sep1034-defaults")
def modern_elicitation_defaults(peer: Peer) -> None:
    [request] = asks(peer.call("test_elicitation_sep1034_defaults"), "elicitation/create").values()
    fields = request["params"]["requestedSchema"]["properties"]
    defaults = {name: field["default"] for name, field in fields.items()}
    assert defaults == {"name": "John Doe", "age": 30, "score": 95.5, "status": "active", "verified": True}, fields


@scenario(ONLY, capabilities=FORMS, name="elicitation-sep1330-enums")
def modern_elicitation_enums(peer: Peer) -> None:
    [request] = asks(peer.call("test_elicitation_sep1330_enums"), "elicitation/create").values()
    fields = request["params"]["requestedSchema"]["properties"]
    assert fields["untitledSingle"]["enum"] and fields["titledSingle"]["oneOf"] and fields["legacyEnum"]["enumNames"], fields
    assert fields["untitledMulti"]["items"]["enum"] and fields["titledMulti"]["items"]["anyOf"], fields


@scenario(ONLY, capabilities=FORMS, name="test-streaming-elicitation")
def streaming_elicitation(peer: Peer) -> None:
    asks(peer.call("test_streaming_elicitation", progressToken="t"), "elicitation/create")
    [report] = peer.named("notifications/progress")
    assert report["progressToken"] == "t", report
