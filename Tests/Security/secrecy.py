"""Secrets show in no answer, log, file of the state or process. Standard library only."""

import json
import os
import pathlib
import re
import tempfile

from api import API, LINE, USER, response
from machine import PERSON, UNATTENDED, envelope, told
from scenarios import FORMS, KEY, PASSCODE, TEXT, WEBHOOK_SECRET, check, in_terminal, no_secret, phone, rows, scenario


@scenario
def no_secret_shows_in_answers_logs_state_or_processes():
    api = API()
    # A server that repeats the key wherever it can.
    leak = {
        "id": "CT1",
        "defaultFields": {
            "firstName": KEY,
            "lastName": f"{KEY[:9]}\u200b{KEY[9:]}",
            "phoneNumbers": [{"name": KEY, "value": PERSON, "id": "1"}],
            "emails": [],
            "company": KEY,
            "role": None,
        },
        "customFields": [],
    }
    api.answers["/v1/contacts"] = {"data": [leak], "totalItems": 1, "nextPageToken": None}
    api.answers["/v1/contacts/CT1"] = {"data": leak}
    api.answers["/v1/phone-numbers"] = {
        "data": [{"id": "PN1", "name": f"Line {KEY}", "number": LINE, "users": [{**USER, "firstName": KEY}]}]
    }
    with phone(api) as machine:
        server = machine.start()
        for tool, arguments in [
            ("whoami", {}),
            ("guard_status", {}),
            ("list_users", {}),
            ("find_contacts", {"query": "qk"}),
            ("list_contacts", {}),
            ("list_phone_numbers", {}),
            ("read_thread", {"with": [PERSON]}),
            ("send_message", TEXT),
            ("create_contact", {"firstName": "x"}),
        ]:
            server.call(tool, arguments, FORMS)
        for uri in ["quo://workspace", "quo://guard", "quo://contacts/CT1"]:
            server.ask("resources/read", {"uri": uri, "_meta": envelope(FORMS)}, 900)
        for status in [400, 401, 403, 429, 500]:
            body = json.dumps(
                {"message": f"key {KEY} is bad", "title": KEY, "errors": [{"path": KEY, "message": KEY}], "trace": KEY}
            ).encode()
            api.fault = lambda api, connection, request, s=status, b=body: connection.sendall(
                response(s, b, f"X-Key: {KEY}", "Retry-After: 99")
            )
            server.call("list_users", {}, FORMS)
        api.fault = lambda api, connection, request: connection.sendall(f"HTTP/1.1 {KEY} {KEY}\r\n{KEY}\r\n\r\n".encode())
        server.call("list_users", {}, FORMS)
        command = b"".join(
            open(path, "rb").read() for path in [f"/proc/{server.process.pid}/cmdline", f"/proc/{server.process.pid}/comm"]
        )
        no_secret("the command line", command)
        no_secret("an answer", machine.heard())
        no_secret("the state", machine.state_bytes())
        for words in [
            ["config"],
            ["config", "--json"],
            ["audit"],
            ["audit", "--json"],
            ["tools"],
            ["--help"],
            ["call", "list_users"],
            ["optout", "list"],
        ]:
            no_secret(" ".join(words), machine.run(*words))
        no_secret("the log", machine.end())


@rows(("debug",), ("trace",), ("DEBUG",), (KEY,))
def a_log_of_any_level_shows_no_secret_text_name_or_number(level):
    api = API()
    with phone(api, UNATTENDED, QUO_LOG=level) as machine:
        server = machine.start()
        server.call("send_message", {**TEXT, "text": "A very private text"}, FORMS)
        server.call(
            "create_contact", {"firstName": "Zebediah", "phoneNumbers": [{"name": "mobile", "value": "+16145550177"}]}, FORMS
        )
        server.call("send_message", {"to": KEY, "text": KEY}, FORMS)
        server.end()
        log = server.log()
        check("send_message" in log, log)
        for word in ["very private", PERSON, PERSON[2:], "Zebediah", "5550177", KEY]:
            if not (level == KEY and word == KEY):
                check(word not in log, f"the log shows {word}", log)


@scenario
def the_passcode_is_kept_as_a_hash_alone():
    with phone(API()) as machine:
        screen = in_terminal(
            machine, "approve", "--set-passcode", answers=[("do without: ", PASSCODE + "\r"), ("again: ", PASSCODE + "\r")]
        )
        no_secret("the screen", screen)
        no_secret("the state", machine.state_bytes())
        check(os.path.exists(f"{machine.state}/passcode.json"))


@scenario
def the_number_of_a_risky_form_stands_in_the_form_alone():
    api = API()
    hook = {"url": "https://example.com/hook", "events": ["message.received"]}
    with phone(api) as machine:
        server = machine.start()
        asked = server.call("create_message_webhook", hook, FORMS)
        form = asked["inputRequests"]["approval"]["params"]
        number = re.search(r"type this number: (\d+)", form["message"]).group(1)
        check(number not in json.dumps(form["requestedSchema"]) + asked["requestState"] + told(asked))
        choice = form["requestedSchema"]["properties"]["decision"]["enum"][-1]
        for confirmation in [None, "", "0", str(int(number) + 1), f"{number}0", True, "•" * len(number)]:
            content = {"decision": choice} if confirmation is None else {"decision": choice, "confirmation": confirmation}
            again = server.call(
                "create_message_webhook",
                hook,
                FORMS,
                inputResponses={"approval": {"action": "accept", "content": content}},
                requestState=asked["requestState"],
            )
            check(number not in told(again))
            asked = server.call("create_message_webhook", hook, FORMS)
            form = asked["inputRequests"]["approval"]["params"]
            number = re.search(r"type this number: (\d+)", form["message"]).group(1)
        check(api.count("POST") == 0, api.requests)
        pending = server.call("create_message_webhook", hook)
        check("type this number" not in json.dumps(pending), pending)
        server.end()
        check(number not in server.log(), server.log())


@scenario
def a_key_command_gets_no_secret_no_descriptor_and_shows_nothing():
    with tempfile.TemporaryDirectory() as folder:
        script = f"{folder}/key-command"
        with open(script, "w", encoding="ascii") as file:
            file.write(
                f"#!/bin/sh\nenv > {folder}/environment\nls -l /proc/self/fd > {folder}/descriptors\ntr '\\0' ' ' < /proc/$PPID/cmdline > {folder}/parent\necho {KEY}\necho noise >&2\n"
            )
        os.chmod(script, 0o700)
        with phone(API(), QUO_API_KEY_COMMAND=script, MATON_API_KEY="maton-secret-value", without="QUO_API_KEY") as machine:
            server = machine.start()
            server.call("list_users", {}, FORMS)
            check(KEY not in server.log() and "noise" not in server.log())
            environment = pathlib.Path(f"{folder}/environment").read_text()
            for secret in [WEBHOOK_SECRET, "maton-secret-value", KEY]:
                check(secret not in environment, "the command is given a secret", environment)
            check("HOME=" in environment and "PATH=" in environment, environment)
            numbers = re.findall(r" (\d+) -> (\S+)", pathlib.Path(f"{folder}/descriptors").read_text())
            check(all(int(number) <= 2 or path.startswith("/proc/") for number, path in numbers), numbers)
            no_secret("the command line", pathlib.Path(f"{folder}/parent").read_bytes())


@rows(
    ("exit 7", "exit status 7"),
    (f"echo {KEY}; exit 3", "exit status 3"),
    (f"echo {KEY} more", "another character that no key has"),
    (f"echo Bearer {KEY}", "begins with"),
    ("true", "printed no key"),
    (f"echo; echo {KEY}", "blank"),
    ("head -c 100000 /dev/zero | tr '\\0' k", "another character that no key has"),
)
def a_key_command_that_fails_is_told_without_its_output(command, words):
    with phone(API(), QUO_API_KEY_COMMAND=command, without="QUO_API_KEY") as machine:
        server = machine.start()
        text = told(server.call("list_users", {}, FORMS))
        check(words in text, text)
        server.end()
        no_secret("the answer", text, KEY)
        no_secret("the log", server.log(), KEY)


@rows(("a key",), ("webhook secrets",))
def a_file_with_a_secret_that_others_can_read_is_told_of(what):
    with phone(API()) as machine:
        path = f"{machine.folder}/secret"
        with open(path, "w", encoding="ascii") as file:
            file.write(KEY if what == "a key" else WEBHOOK_SECRET)
        if what == "a key":
            machine.without("QUO_API_KEY").environment["QUO_API_KEY_FILE"] = path
        else:
            machine.without("QUO_WEBHOOK_SECRET").environment["QUO_WEBHOOK_SECRET_FILE"] = path
        for mode in [0o644, 0o640, 0o604, 0o660, 0o600]:
            os.chmod(path, mode)
            if what == "a key":
                server = machine.start()
                server.call("list_users", {}, FORMS)
                server.end()
                log = server.log()
            else:
                log = machine.run("webhook", "send", "message.received", "http://127.0.0.1:9/")
            check(("chmod 600" in log) == (mode != 0o600), oct(mode), log)
            no_secret("the log", log)


@rows(("/dev/zero",), ("folder",), ("pipe",), ("link to nothing",), ("empty",))
def a_key_file_that_is_none_is_refused(kind):
    with phone(API(), without="QUO_API_KEY") as machine:
        path = f"{machine.folder}/secret"
        if kind == "/dev/zero":
            path = kind
        elif kind == "folder":
            os.mkdir(path)
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "link to nothing":
            os.symlink("/nowhere", path)
        else:
            open(path, "w", encoding="ascii").close()
        machine.environment["QUO_API_KEY_FILE"] = path
        result = machine.start().call("list_users", {}, FORMS, seconds=60)
        check(result["isError"] and path in told(result) or "is empty" in told(result), result)
