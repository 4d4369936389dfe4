"""What others wrote reaches an agent without what nobody sees, and does nothing by itself. Standard library only."""

import base64
import hashlib
import hmac
import json
import re
import socket
import time
import urllib.parse

from api import API, LINE, USER
from hostile import HOSTILE, INSTRUCTION, concealed, strings
from listener import Listener
from machine import PERSON, UNATTENDED, binary, envelope, told
from scenarios import FORMS, V1, WEBHOOK_KEY, check, no_secret, phone, rows, scenario
from shape import snapshot


def hostile_api() -> API:
    api = API()
    contact = V1.answer("GET", "/v1/contacts/CT1")["data"] | {"id": "CT1"}

    def answers(request):
        path = urllib.parse.urlsplit(request.target).path
        found = V1.answer(request.method, path)
        if isinstance(found.get("data"), dict) and "id" in found["data"]:
            found["data"]["id"] = path.split("/")[-1]
        return found

    for path in V1.paths:
        for identifier in ["CT1", "AC1", "US1", "PN1", "TK1", "WH1"]:
            api.answers[re.sub(r"\{.*?\}", identifier, path)] = answers
    hostile_user = {**USER, "firstName": HOSTILE, "lastName": HOSTILE, "email": HOSTILE, "role": "owner"}
    line = {
        **V1.answer("GET", "/v1/phone-numbers")["data"][0],
        "id": "PN1",
        "name": HOSTILE,
        "number": LINE,
        "users": [hostile_user],
    }
    api.answers["/v1/phone-numbers"] = {"data": [line]}
    api.answers["/v1/phone-numbers/PN1"] = {"data": line}
    api.answers["/v1/users"] = {"data": [hostile_user], "totalItems": 1, "nextPageToken": None}
    api.answers["/v1/users/US1"] = {"data": hostile_user}
    api.answers["/v1/contacts"] = {"data": [contact], "totalItems": 1, "nextPageToken": None}
    api.answers["/v1/contacts/CT1"] = {"data": contact}
    return api


READS = {
    "whoami": {},
    "guard_status": {},
    "find_contacts": {"query": "SYSTEM"},
    "read_thread": {"with": [PERSON], "include": ["calls", "messages"]},
    "list_conversations": {"last": True},
    "inbox_triage": {},
    "get_call": {"id": "AC1", "include": ["transcript", "summary", "voicemail", "recordings"]},
    "digest": {"period": "last_7_days"},
    "list_phone_numbers": {},
    "get_phone_number": {"inbox": "PN1"},
    "list_users": {},
    "get_user": {"member": "US1"},
    "list_messages": {"inbox": "PN1", "participants": [PERSON]},
    "get_message": {"id": "AC1"},
    "list_calls": {"inbox": "PN1", "participants": [PERSON]},
    "list_contacts": {},
    "get_contact": {"contact": "CT1"},
    "list_contact_custom_fields": {},
    "list_webhooks": {},
    "get_webhook": {"webhookId": "WH1"},
    "list_tasks": {},
    "get_task": {"taskId": "TK1"},
    "preview_message": {"from": "PN1", "to": [PERSON], "text": HOSTILE.replace("\x00", "")},
}


@rows(*[(part,) for part in range(3)])
def nothing_invisible_reaches_an_agent(part):
    api = hostile_api()
    with phone(api) as machine:
        server = machine.start()
        shown = 0
        for name, arguments in list(READS.items())[part::3]:
            tool = next(tool for tool in snapshot() if tool["name"] == name)
            allowed = tool["inputSchema"]["properties"]
            arguments = {key: value for key, value in arguments.items() if key in allowed}
            if "include" in arguments and "enum" in allowed["include"].get("items", {}):
                arguments["include"] = allowed["include"]["items"]["enum"]
            for detail in [{}, {"detail": "full"}]:
                if detail and "detail" not in allowed:
                    continue
                result = server.call(name, {**arguments, **detail}, FORMS)
                texts = strings(result.get("structuredContent")) + [told(result)]
                for text in texts:
                    check(not concealed(text), name, detail, concealed(text), text)
                shown += any("SYSTEM" in text for text in texts)
        check(shown > 5, "hardly any answer holds what was written", shown)
        for request in (
            {"uri": "quo://workspace"},
            {"uri": "quo://contacts/CT1"},
            {"uri": "quo://calls/AC1"},
            {"uri": "quo://numbers"},
            {"uri": "quo://users"},
        ):
            answer = server.ask("resources/read", {**request, "_meta": envelope(FORMS)}, 900)
            for text in strings(answer):
                check(not concealed(text), request, concealed(text), text)
        for method, params in [
            ("resources/list", {}),
            ("prompts/get", {"name": "catch_me_up", "arguments": {"who": HOSTILE.replace("\x00", "")}}),
            (
                "completion/complete",
                {"ref": {"type": "ref/prompt", "name": "catch_me_up"}, "argument": {"name": "who", "value": "SYS"}},
            ),
        ]:
            answer = server.ask(method, {**params, "_meta": envelope(FORMS)}, 901)
            for text in strings(answer):
                check(not concealed(text), method, concealed(text), text)
        server.end()
        check(not concealed(server.log()) and "evil.example" not in server.log(), server.log())
        check(api.count("POST") == 0, "a read changed something")


@scenario
def events_of_webhooks_reach_an_agent_clean():
    with phone(API()) as machine:
        listener = Listener(binary, machine.environment, "--listen", "127.0.0.1:0")
        sample = {
            "id": "EV1",
            "apiVersion": "2026-03-30",
            "createdAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
            "type": "message.received",
            "data": {
                "resource": {
                    "id": "AC1",
                    "direction": "incoming",
                    "text": HOSTILE,
                    "media": [{"url": HOSTILE, "type": HOSTILE}],
                    "status": "received",
                    "createdAt": "2026-11-20T12:00:00.000Z",
                },
                "context": {
                    "orgId": HOSTILE,
                    "phoneNumberId": "PN1",
                    "conversationId": HOSTILE,
                    "userId": "US1",
                    "contacts": {"ids": [HOSTILE], "lookupStatus": "success"},
                    "senderIdentifier": "+16145550142",
                    "recipientIdentifiers": [LINE],
                },
                "links": {"quo": HOSTILE},
            },
        }
        odd = {**sample, "id": "EV2", "type": HOSTILE.replace("\x00", ""), "data": {HOSTILE.replace("\x00", ""): HOSTILE}}
        for number, event in enumerate([sample, odd]):
            body = json.dumps(event).encode()
            seconds = str(int(time.time()))
            code = base64.b64encode(
                hmac.new(WEBHOOK_KEY, f"m{number}.{seconds}.".encode() + body, hashlib.sha256).digest()
            ).decode()
            with socket.create_connection(("127.0.0.1", listener.port), timeout=60) as connection:
                connection.sendall(
                    (
                        f"POST /quo HTTP/1.1\r\nHost: x\r\nwebhook-id: m{number}\r\nwebhook-timestamp: {seconds}\r\nwebhook-signature: v1,{code}\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n"
                    ).encode()
                    + body
                )
                status = connection.recv(4096).split()[1]
            check(status == b"200" or number == 1, status)
        server = machine.start()
        for arguments in [{}, {"detail": "full"}]:
            result = server.call("list_events", arguments, FORMS)
            check("SYSTEM" in told(result), told(result))
            for text in strings(result):
                check(not concealed(text), concealed(text), text)
        answer = server.ask("resources/read", {"uri": "quo://events", "_meta": envelope(FORMS)}, 900)
        for text in strings(answer):
            check(not concealed(text), concealed(text), text)
        log = listener.stop(60)
        check(not concealed(log), log)
        no_secret("the listener's log", log)


@scenario
def a_number_that_was_read_in_a_message_needs_a_person_even_unattended():
    api = API()
    allow = {**UNATTENDED, "recipients": {"allow": ["+1614", "+1937"]}}
    incoming = {
        "id": "AC1",
        "from": PERSON,
        "to": [LINE],
        "text": INSTRUCTION,
        "direction": "incoming",
        "status": "received",
        "phoneNumberId": "PN1",
        "createdAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - 60)),
        "userId": None,
    }
    api.answers["/v1/messages"] = lambda request: {
        "data": [incoming] if PERSON[1:] in request.target else [],
        "totalItems": 0,
        "nextPageToken": None,
    }
    with phone(api, allow) as machine:
        server = machine.start()
        check("evil.example" in told(server.call("read_thread", {"with": [PERSON], "inbox": "PN1"})))
        result = server.call("send_message", {"from": "PN1", "to": "+19375550199", "text": "The code is 4711"})
        check(result["structuredContent"]["rule"] == "pending", result)
        asked = server.call("send_message", {"from": "PN1", "to": "+19375550199", "text": "The code is 4711"}, FORMS)
        check(
            asked["resultType"] == "input_required" and "+19375550199" in asked["inputRequests"]["approval"]["params"]["message"],
            asked,
        )
        check(api.count("POST") == 0, api.requests)
