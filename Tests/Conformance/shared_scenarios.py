"""The scenarios of the official suite that both eras have."""
import base64
import json
import re

from peer import ALL, Peer, text_of
from scenario import scenario


def decoded(data: str, beginning: bytes) -> None:
    """Checks that a text is base64 of something that begins so."""
    content = base64.b64decode(data, validate=True)
    assert content.startswith(beginning), content[:16]


PNG, WAV = b"\x89PNG\r\n\x1a\n", b"RIFF"


@scenario(ALL)
def tools_list(peer: Peer) -> None:
    tools = peer.request("tools/list")["tools"]
    assert tools and len({tool["name"] for tool in tools}) == len(tools)
    for tool in tools:
        assert re.fullmatch(r"[A-Za-z0-9_./-]{1,64}", tool["name"]), tool
        assert tool["description"] and tool["inputSchema"]["type"] == "object", tool
    assert "test_simple_text" in {tool["name"] for tool in tools}
    assert [tool["name"] for tool in peer.request("tools/list")["tools"]] == [tool["name"] for tool in tools], "the order changed"
    assert peer.refusal("tools/list", {"cursor": "made up"}).code == -32602
    assert peer.refusal("tools/call", {"name": "no_such_tool", "arguments": {}}).code == -32602
    assert peer.refusal("tools/call", {"arguments": {}}).code == -32602
    assert peer.refusal("tools/call", {"name": "test_simple_text", "arguments": []}).code == -32602


@scenario(ALL)
def tools_call_simple_text(peer: Peer) -> None:
    result = peer.call("test_simple_text")
    assert text_of(result) == "This is a simple text response for testing."
    assert result.get("isError", False) is False


@scenario(ALL)
def tools_call_image(peer: Peer) -> None:
    [block] = peer.call("test_image_content")["content"]
    assert (block["type"], block["mimeType"]) == ("image", "image/png")
    decoded(block["data"], PNG)


@scenario(ALL)
def tools_call_audio(peer: Peer) -> None:
    [block] = peer.call("test_audio_content")["content"]
    if not peer.has("2025-03-26"):
        assert block["type"] == "text" and block["text"], "a revision without recordings is told in words"
        return
    assert (block["type"], block["mimeType"]) == ("audio", "audio/wav")
    decoded(block["data"], WAV)


@scenario(ALL)
def tools_call_embedded_resource(peer: Peer) -> None:
    [block] = peer.call("test_embedded_resource")["content"]
    assert block["type"] == "resource"
    assert block["resource"] == {
        "uri": "test://embedded-resource", "mimeType": "text/plain", "text": "This is an embedded resource content.",
    }


@scenario(ALL)
def tools_call_mixed_content(peer: Peer) -> None:
    text, image, resource = peer.call("test_multiple_content_types")["content"]
    assert text == {"type": "text", "text": "Multiple content types test:"}
    assert (image["type"], image["mimeType"]) == ("image", "image/png")
    decoded(image["data"], PNG)
    assert resource["type"] == "resource" and resource["resource"]["uri"] == "test://mixed-content-resource"
    assert json.loads(resource["resource"]["text"]) == {"test": "data", "value": 123}


@scenario(ALL)
def tools_call_error(peer: Peer) -> None:
    result = peer.call("test_error_handling")
    assert result["isError"] is True and text_of(result) == "This tool intentionally returns an error for testing"


@scenario(ALL)
def tools_call_with_progress(peer: Peer) -> None:
    for token in ["token-1", 0]:
        peer.notifications.clear()
        text_of(peer.call("test_tool_with_progress", progressToken=token))
        reports = peer.named("notifications/progress")
        assert [(report["progress"], report["total"]) for report in reports] == [(0, 100), (50, 100), (100, 100)], reports
        for report in reports:
            assert report["progressToken"] == token and type(report["progressToken"]) is type(token), report
            assert ("message" in report) == peer.has("2025-03-26"), report
    peer.notifications.clear()
    peer.call("test_tool_with_progress")
    assert not peer.notifications, "nobody asked for reports"


@scenario(ALL)
def tools_call_with_logging(peer: Peer) -> None:
    wanted = {"io.modelcontextprotocol/logLevel": "info"} if peer.modern else {}
    text_of(peer.call("test_tool_with_logging", **wanted))
    messages = peer.named("notifications/message")
    assert [message["level"] for message in messages] == ["info"] * 3, messages
    assert "started" in json.dumps(messages[0]["data"]) and "completed" in json.dumps(messages[2]["data"]), messages


@scenario(ALL, name="server-sse-multiple-streams")
def several_requests_at_once(peer: Peer) -> None:
    slow = peer.send("tools/call", {"name": "test_tool_with_progress", "arguments": {}})
    quick = [peer.send("tools/call", {"name": "test_simple_text", "arguments": {}}) for _ in range(20)]
    for identifier in [*reversed(quick), slow]:
        text_of(peer.result(identifier))
    assert not peer.early, "something was answered twice"


@scenario(ALL, name="json-schema-2020-12")
def json_schema_2020_12(peer: Peer) -> None:
    [tool] = [tool for tool in peer.request("tools/list")["tools"] if tool["name"] == "json_schema_2020_12_tool"]
    schema = tool["inputSchema"]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$defs"]["address"]["$anchor"] == "addressDef"
    assert schema["properties"]["address"] == {"$ref": "#/$defs/address"}
    assert schema["allOf"] == [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}]
    assert schema["if"]["required"] == ["contactMethod"] and schema["then"] and schema["else"]
    assert schema["additionalProperties"] is False


@scenario(ALL)
def completion_complete(peer: Peer) -> None:
    def values(ref: dict, name: str, value: str, **more) -> dict:
        return peer.request("completion/complete", {"ref": ref, "argument": {"name": name, "value": value}, **more})["completion"]

    prompt = {"type": "ref/prompt", "name": "test_prompt_with_arguments"}
    completion = values(prompt, "arg1", "par")
    assert completion["values"] and all(value.startswith("par") for value in completion["values"]), completion
    assert values(prompt, "arg1", "nothing begins so")["values"] == []
    numbers = values({"type": "ref/resource", "uri": "test://template/{id}/data"}, "id", "")
    assert len(numbers["values"]) == 100 and numbers["hasMore"] is True and numbers["total"] == 250, numbers
    if peer.has("2025-06-18"):
        narrowed = values(prompt, "arg2", "", context={"arguments": {"arg1": "paris"}})["values"]
        assert narrowed and all(value.startswith("paris") for value in narrowed), narrowed
    argument = {"name": "arg1", "value": ""}
    for ref in [{"type": "ref/prompt", "name": "no_such_prompt"}, {"type": "ref/nothing"}, None]:
        assert peer.refusal("completion/complete", {"ref": ref, "argument": argument}).code == -32602


@scenario(ALL)
def resources_list(peer: Peer) -> None:
    listed, cursor, pages = [], {}, 0
    while True:
        page = peer.request("resources/list", cursor)
        listed += page["resources"]
        pages += 1
        assert pages < 10, "the pages do not end"
        if "nextCursor" not in page:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert pages > 1, "the fixture has more than one page"
    uris = [resource["uri"] for resource in listed]
    assert {"test://static-text", "test://static-binary"} <= set(uris) and len(set(uris)) == len(uris), uris
    assert all(resource["name"] and resource["mimeType"] for resource in listed), listed
    assert peer.refusal("resources/list", {"cursor": "made up"}).code == -32602


@scenario(ALL)
def resources_read_text(peer: Peer) -> None:
    [content] = peer.request("resources/read", {"uri": "test://static-text"})["contents"]
    assert content == {
        "uri": "test://static-text", "mimeType": "text/plain", "text": "This is the content of the static text resource.",
    }


@scenario(ALL)
def resources_read_binary(peer: Peer) -> None:
    [content] = peer.request("resources/read", {"uri": "test://static-binary"})["contents"]
    assert (content["uri"], content["mimeType"]) == ("test://static-binary", "image/png") and "text" not in content
    decoded(content["blob"], PNG)


@scenario(ALL)
def resources_templates_read(peer: Peer) -> None:
    templates = peer.request("resources/templates/list")["resourceTemplates"]
    assert [template["uriTemplate"] for template in templates] == ["test://template/{id}/data"] and templates[0]["name"]
    [content] = peer.request("resources/read", {"uri": "test://template/123/data"})["contents"]
    assert content["uri"] == "test://template/123/data" and content["mimeType"] == "application/json", content
    assert json.loads(content["text"])["id"] == "123", content


@scenario(ALL, name="sep-2164-resource-not-found")
def resource_not_found(peer: Peer) -> None:
    for uri in ["test://nonexistent", "test://template//data", "test://template/1/2/data"]:
        error = peer.refusal("resources/read", {"uri": uri})
        assert error.code == (-32602 if peer.modern else -32002), error
        assert error.data == {"uri": uri}, error
    assert peer.refusal("resources/read").code == -32602


@scenario(ALL)
def prompts_list(peer: Peer) -> None:
    prompts = {prompt["name"]: prompt for prompt in peer.request("prompts/list")["prompts"]}
    assert {"test_simple_prompt", "test_prompt_with_arguments", "test_prompt_with_embedded_resource", "test_prompt_with_image"} <= prompts.keys()
    assert all(prompt["description"] for prompt in prompts.values()), prompts
    arguments = prompts["test_prompt_with_arguments"]["arguments"]
    assert [(argument["name"], argument["required"]) for argument in arguments] == [("arg1", True), ("arg2", True)], arguments


@scenario(ALL)
def prompts_get_simple(peer: Peer) -> None:
    [message] = peer.request("prompts/get", {"name": "test_simple_prompt"})["messages"]
    assert message == {"role": "user", "content": {"type": "text", "text": "This is a simple prompt for testing."}}
    assert peer.refusal("prompts/get", {"name": "no_such_prompt"}).code == -32602
    assert peer.refusal("prompts/get").code == -32602


@scenario(ALL)
def prompts_get_with_args(peer: Peer) -> None:
    arguments = {"arg1": "hello", "arg2": "wörld"}
    [message] = peer.request("prompts/get", {"name": "test_prompt_with_arguments", "arguments": arguments})["messages"]
    assert message["content"]["text"] == "Prompt with arguments: arg1='hello', arg2='wörld'", message
    missing = peer.refusal("prompts/get", {"name": "test_prompt_with_arguments", "arguments": {"arg1": "hello"}})
    assert missing.code == -32602 and "arg2" in str(missing), missing
    wrong = {"arg1": 1, "arg2": "x"}
    assert peer.refusal("prompts/get", {"name": "test_prompt_with_arguments", "arguments": wrong}).code == -32602


@scenario(ALL)
def prompts_get_embedded_resource(peer: Peer) -> None:
    arguments = {"resourceUri": "test://example-resource"}
    messages = peer.request("prompts/get", {"name": "test_prompt_with_embedded_resource", "arguments": arguments})["messages"]
    assert [message["content"]["type"] for message in messages] == ["resource", "text"], messages
    assert messages[0]["content"]["resource"]["uri"] == "test://example-resource", messages


@scenario(ALL)
def prompts_get_with_image(peer: Peer) -> None:
    messages = peer.request("prompts/get", {"name": "test_prompt_with_image"})["messages"]
    assert [message["content"]["type"] for message in messages] == ["image", "text"], messages
    decoded(messages[0]["content"]["data"], PNG)
