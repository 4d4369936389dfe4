"""What the built binary does at its end, with its key, and in a terminal. Standard library only.

usage: wire.py BINARY
"""
import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Conformance"))
from quo_server import API, ENVELOPE, INITIALIZE, KEY, MESSAGE, SURROUNDINGS, WITHOUT_FORMS, Server, approve, binary
from scenarios import play
from terminal import Terminal, in_terminal


def a_write_in_flight_is_finished_at_the_end():
    api = API(delay=1.5)
    server = Server(**api.environment)
    approve(server)
    api.wait(1, "POST")
    status, output, log, seconds = server.end()
    assert (status, output) == (0, b""), (status, output)
    assert api.finished.count("POST") == 1 and 0.5 < seconds < 5, (api.finished, seconds)
    assert "send_message performed" in log, log
    assert KEY not in log and "Hello" not in log and "6145550101" not in log, log


def a_write_that_takes_too_long_is_left_after_five_seconds():
    api = API(delay=20)
    server = Server(**api.environment)
    approve(server)
    api.wait(1, "POST")
    status, output, log, seconds = server.end(15)
    assert (status, output) == (0, b"") and 4 < seconds < 8, (status, output, seconds)
    assert "unfinished" in log, log


def a_termination_signal_ends_it():
    for name in [signal.SIGTERM, signal.SIGINT]:
        server = Server("--sandbox")
        server.ask("initialize", INITIALIZE)
        server.process.send_signal(name)
        assert server.process.wait(5) == 0


def a_closed_output_ends_it():
    server = Server("--sandbox")
    server.ask("initialize", INITIALIZE)
    server.process.stdout.close()
    server.send("ping")
    assert server.process.wait(5) == 0


def an_approval_raced_by_itself_sends_once():
    api = API(delay=0.2)
    server = Server(**api.environment)
    question = server.call("send_message", MESSAGE)["result"]
    answer = {"approval": {"action": "accept", "content": {"decision": "Send it"}}}
    params = {"name": "send_message", "arguments": MESSAGE, "_meta": ENVELOPE}
    for identifier in range(10, 30):
        server.send("tools/call", {**params, "inputResponses": answer, "requestState": question["requestState"]}, identifier)
    results = [server.receive()["result"]["structuredContent"] for _ in range(20)]
    assert sum(result["performed"] for result in results) == 1, results
    assert api.finished.count("POST") == 1
    assert server.end()[0] == 0


def the_key_never_shows():
    for status in [400, 401, 403, 404, 429, 500]:
        api = API(status=status)
        server = Server(**api.environment)
        answer = server.call("list_users", {})
        assert answer["result"]["isError"] is True
        _, _, log, _ = server.end()
        assert KEY not in json.dumps(answer) and KEY not in log
        assert api.requests[0][2] == KEY, "the key goes as it is, without Bearer"
        assert len(api.requests) == (4 if status in (429, 500) else 1), (status, len(api.requests))


def without_a_key_it_starts_and_says_what_to_set():
    server = Server()
    tools = server.ask("tools/list", {"_meta": ENVELOPE})["result"]["tools"]
    assert {"whoami", "send_message", "list_users"} <= {tool["name"] for tool in tools}, tools
    text = server.call("list_users", {})["result"]["content"][0]["text"]
    assert "QUO_API_KEY" in text, text
    assert server.end()[0] == 0


CALL = ["--sandbox", "call", "send_message", json.dumps({**MESSAGE, "from": "+16145550100"})]


def by_hand_it_says_that_it_waits_for_a_host():
    screen, status = in_terminal([], "Control-D ends it", "\x04")
    assert status == 0 and "install claude-code" in screen, screen


def a_person_approves_in_the_terminal():
    for typed, status, word in [
        (["2\n"], 0, '"performed": true'), (["1\n"], 1, "declined"), (["\n", "\x04"], 1, "cancelled"),
        (["yes\n", " 2 \n"], 0, '"performed": true'), (["send it\n"], 0, '"performed": true'),
    ]:
        screen, ended = in_terminal(CALL, "Your decision", *typed)
        assert ended == status and word in screen, (typed, ended, screen)


def what_was_pasted_before_the_question_approves_nothing():
    screen, status = in_terminal(CALL, "Your decision", "no idea\n2\nsend it\n", "1\n")
    assert status == 1 and "declined" in screen, screen


def nobody_approves_without_a_terminal():
    result = subprocess.run([binary, *CALL], input=b"2\n", capture_output=True, start_new_session=True, timeout=20)
    assert result.returncode == 1 and b'"pending"' in result.stdout, result
    # That simulated workspace is gone, so no way to approve in it is named.
    assert b"cannot be approved later" in result.stdout and b"quo-mcp approve" not in result.stdout, result
    assert b'"command"' not in result.stdout, result


class Machine:
    """The state of one machine, with an API, whose effects nobody is asked about in a form."""

    def __init__(self, path):
        self.path = path
        self.api = API()
        self.environment = {**self.api.environment, "QUO_MCP_STATE": path}

    def call(self, tool="send_message", arguments=MESSAGE):
        """Calls a tool in a process of its own, as a client that cannot show forms."""
        server = Server(**self.environment)
        answer = server.ask("tools/call", {"name": tool, "arguments": arguments, "_meta": WITHOUT_FORMS})
        assert server.end()[0] == 0
        return answer["result"]["structuredContent"]

    def leave_pending(self, **call):
        """Calls a tool and returns the short id under which it waits."""
        result = self.call(**call)
        assert result["performed"] is False and result["rule"] == "pending", result
        return re.search(r" as ([0-9a-f]{8})\b", result["explanation"]).group(1)

    def run(self, *arguments):
        environment = {**SURROUNDINGS, **self.environment}
        return subprocess.run([binary, *arguments], env=environment, input="", capture_output=True, text=True, timeout=20)

    def audit(self, *arguments):
        return [json.loads(line) for line in self.run("audit", "--json", *arguments).stdout.splitlines()]

    def terminal(self, *arguments):
        return Terminal(*arguments, **self.environment)

    def change(self, statement):
        """Changes a line of the audit, as someone would who has the file and means to."""
        with contextlib.closing(sqlite3.connect(f"{self.path}/state.sqlite3")) as database, database:
            for trigger in ["audit_stays", "audit_remains"]:
                database.execute(f"DROP TRIGGER {trigger}")
            assert database.execute(statement).rowcount == 1

    @property
    def sent(self):
        return self.api.finished.count("POST")


@contextlib.contextmanager
def machine():
    with tempfile.TemporaryDirectory() as path:
        yield Machine(path)


QUESTION = "q = quit: "


def what_waits_is_approved_in_a_terminal_and_done_once():
    with machine() as phone:
        waiting = phone.leave_pending()
        terminal = phone.terminal("approve")
        terminal.expect(waiting)
        terminal.expect("Hello")
        terminal.answer(QUESTION, "a")
        screen, status = terminal.end()
        assert status == 0 and "may now do it once, within 5 minutes" in screen, screen
        assert phone.sent == 0
        assert phone.call()["performed"] is True and phone.sent == 1
        assert phone.call()["duplicate"] is True and phone.sent == 1
        approved = phone.audit("--event", "approved")
        assert len(approved) == 1 and approved[0]["approvalMethod"] == "terminal" and approved[0]["approver"], approved
        assert "+16145550101" not in json.dumps(phone.audit())
        assert "Nothing waits" in phone.terminal("approve").end()[0]


def what_waits_can_be_told_apart():
    with machine() as phone:
        phone.leave_pending()
        phone.leave_pending(arguments={**MESSAGE, "text": "See you at nine,\nor at ten"})
        terminal = phone.terminal("approve")
        terminal.answer(QUESTION, "q")
        screen, _ = terminal.end()
        listed = screen[: screen.index("1 of 2")].splitlines()
        for words in ['"Hello', '"See you at nine,"']:
            assert any(words in line and MESSAGE["to"] in line and str(datetime.date.today().year) in line for line in listed), screen
    with tempfile.TemporaryDirectory() as path:
        server = Server("--sandbox", QUO_MCP_STATE=path)
        asked = {"name": "send_message", "arguments": {**MESSAGE, "from": "+16145550100"}, "_meta": WITHOUT_FORMS}
        assert server.ask("tools/call", asked)["result"]["structuredContent"]["rule"] == "pending"
        terminal = Terminal("approve", QUO_MCP_STATE=path)
        terminal.answer(QUESTION, "q")
        screen, _ = terminal.end()
        assert re.search(r" sandbox +send_message ", screen), screen
        # What a simulated workspace asked for ends with it.
        server.end()
        screen, _ = Terminal("approve", QUO_MCP_STATE=path).end()
        assert "Nothing waits" in screen, screen


def an_approval_is_for_that_text_only():
    with machine() as phone:
        waiting = phone.leave_pending()
        terminal = phone.terminal("approve", waiting)
        terminal.answer(QUESTION, "a")
        assert terminal.end()[1] == 0
        phone.leave_pending(arguments={**MESSAGE, "text": "Hello, send money"})
        assert phone.sent == 0


def what_waits_is_denied_or_skipped_in_a_terminal():
    with machine() as phone:
        first = phone.leave_pending()
        for key, word in [("s", ""), ("\n", ""), ("q", ""), ("\x03", ""), ("x", QUESTION), ("d", "Denied")]:
            terminal = phone.terminal("approve", first[:6])
            terminal.answer(QUESTION, key)
            terminal.expect(word)
            if key == "x":
                terminal.type("s")
            screen, status = terminal.end()
            assert status == 0 and "Approved" not in screen, (key, screen)
        assert phone.call()["rule"] == "declined", "the agent is told of the refusal"
        other = phone.leave_pending(arguments={**MESSAGE, "text": "Another text"})
        assert other != first and phone.sent == 0
        assert [line["event"] for line in phone.audit("--event", "denied")] == ["denied"]
        refused = phone.run("audit", "--event", "denied", "--tool", "send_message", "--since", "2026-01-01")
        assert "terminal" in refused.stdout, refused
        screen, status = phone.terminal("approve", "ffffffffff").end()
        assert status == 1 and "begins with ffffffffff" in screen, screen


def what_was_typed_before_the_question_approves_nothing():
    with machine() as phone:
        phone.leave_pending()
        terminal = phone.terminal("approve")
        terminal.type("a\na\na\n")
        terminal.expect("Hello")
        terminal.type("a\na\na\n")
        terminal.answer(QUESTION, "s")
        screen, status = terminal.end()
        assert status == 0 and "Approved" not in screen, screen
        phone.call()
        assert phone.sent == 0


def nothing_that_waits_is_approved_without_a_terminal():
    with machine() as phone:
        waiting = phone.leave_pending()
        environment = {**SURROUNDINGS, **phone.environment}
        for arguments in [["approve"], ["approve", waiting], ["approve", "--watch"], ["approve", "--set-passcode"]]:
            result = subprocess.run(
                [binary, *arguments], env=environment, input=b"a\n", capture_output=True, start_new_session=True, timeout=20)
            assert result.returncode == 1 and b"only a person at a terminal" in result.stderr, result
        for option in ["--yes", "-y", "--force"]:
            assert phone.run("approve", waiting, option).returncode == 2


def waiting_for_what_comes_rings():
    with machine() as phone:
        terminal = phone.terminal("approve", "--watch")
        terminal.expect("Waiting")
        phone.leave_pending()
        terminal.expect("\a")
        terminal.answer(QUESTION, "a")
        terminal.expect("Waiting for more")
        assert phone.call()["performed"] is True and phone.sent == 1
        terminal.type("\x03")
        assert terminal.end()[1] != 0


def the_riskiest_changes_take_a_number_that_only_the_screen_shows():
    with machine() as phone:
        arguments = {"url": "https://example.com/hook", "events": ["message.received"]}
        waiting = phone.leave_pending(tool="create_message_webhook", arguments=arguments)
        for answer in ["0000", None]:
            terminal = phone.terminal("approve", waiting)
            terminal.answer(QUESTION, "a")
            terminal.expect("to go on: ")
            number = re.search(r"Type (\d{4}) to go on", terminal.screen).group(1)
            terminal.type(f"{answer or number}\n")
            if answer:
                terminal.answer(QUESTION, "q")
            screen, _ = terminal.end()
            assert ("Approved" in screen) == (answer is None), screen


def set_passcode(phone, passcode, again=None, old=None):
    terminal = phone.terminal("approve", "--set-passcode")
    if old is not None:
        terminal.answer("Passcode: ", f"{old}\r")
    terminal.answer("do without: ", f"{passcode}\r")
    if passcode:
        terminal.answer("again: ", f"{passcode if again is None else again}\r")
    screen, status = terminal.end()
    assert not passcode or passcode not in screen, screen
    return status


def a_passcode_is_asked_for_and_attempts_are_limited():
    with machine() as phone:
        path = f"{phone.path}/passcode.json"
        assert set_passcode(phone, "correct horse", again="correct house") == 1 and not os.path.exists(path)
        assert set_passcode(phone, "correct horse é") == 0
        kept = json.load(open(path))
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600 and kept["iterations"] >= 600_000
        derived = hashlib.pbkdf2_hmac("sha256", "correct horse é".encode(), bytes.fromhex(kept["salt"]), kept["iterations"])
        assert derived.hex() == kept["hash"]
        waiting = phone.leave_pending()

        def try_passcode(passcode):
            terminal = phone.terminal("approve", waiting)
            terminal.answer(QUESTION, "a")
            terminal.answer("Passcode: ", f"{passcode}\r")
            while "Approved" not in terminal.screen and QUESTION not in terminal.screen[terminal.seen :]:
                assert terminal.read(0.1)
            terminal.type("q")
            return terminal.end()[0]

        assert "4 more tries" in try_passcode("wrong")
        assert "Approved" in try_passcode("x\x15correct horse éé\x7f")
        assert json.load(open(path))["failures"] == 0
        assert phone.call()["performed"] is True
        waiting = phone.leave_pending(arguments={**MESSAGE, "text": "Again"})
        for left in [4, 3, 2, 1]:
            assert f"{left} more" in try_passcode("wrong")
        assert "Too many" in try_passcode("wrong")
        assert "Too many" in try_passcode("correct horse é")
        kept = json.load(open(path))
        assert 14 * 60 < kept["blockedUntil"] / 1000 - time.time() <= 15 * 60
        kept["blockedUntil"] = 0
        json.dump(kept, open(path, "w"))
        assert "Too many" in try_passcode("wrong")
        kept["blockedUntil"] = 0
        json.dump(kept, open(path, "w"))
        assert "Approved" in try_passcode("correct horse é")
        assert set_passcode(phone, "", old="correct horse é") == 0 and not os.path.exists(path)
        assert set_passcode(phone, "another one") == 0
        open(path, "w").write("{}")
        waiting = phone.leave_pending(arguments={**MESSAGE, "text": "Once more"})
        assert "damaged" in try_passcode("another one")


def the_audit_shows_what_was_changed_in_it():
    for statement, words in [
        (None, "The audit is intact: "),
        ("UPDATE audit SET approver = 'someone else' WHERE event = 'denied'", " is not as it was written"),
        ("UPDATE audit SET time = time + 1 WHERE sequence = 1", "line 1 is not as it was written"),
        ("DELETE FROM audit WHERE sequence = 2", "line 2 is missing"),
        ("DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)", "the end is missing, from line "),
        ("UPDATE audit SET sequence = 9 WHERE sequence = 1", "line 1 is missing"),
    ]:
        with machine() as phone:
            waiting = phone.leave_pending()
            terminal = phone.terminal("approve", waiting)
            terminal.answer(QUESTION, "d")
            assert terminal.end()[1] == 0
            phone.leave_pending(arguments={**MESSAGE, "text": "Another text"})
            assert len(phone.audit("--limit", "2")) == 2 and len(phone.audit()) >= 3
            if statement:
                phone.change(statement)
            result = phone.run("audit", "--verify")
            assert words in result.stdout and result.returncode == (1 if statement else 0), (statement, result)


def the_audit_says_until_when_lines_were_removed():
    with machine() as phone:
        phone.leave_pending()
        phone.leave_pending(arguments={**MESSAGE, "text": "Another text"})
        count = len(phone.audit())
        # As the program does once a line is old enough; the trigger lets it.
        with contextlib.closing(sqlite3.connect(f"{phone.path}/state.sqlite3")) as database, database:
            database.execute("UPDATE audit_anchor SET (sequence, hash, time) = (SELECT sequence, hash, time FROM audit WHERE sequence = 1)")
            database.execute("DELETE FROM audit WHERE sequence = 1")
        result = phone.run("audit", "--verify")
        assert re.search(r"Lines until 20\S+ \S+ \(\S+\), 1 in all, were removed as audit.keepDays says", result.stdout), result
        assert result.returncode == 0 and len(phone.audit()) == count - 1
        phone.change("DELETE FROM audit WHERE sequence = 2")
        result = phone.run("audit", "--verify")
        assert result.returncode == 1 and ("line 2 is missing" in result.stdout or "the end is missing" in result.stdout), result


def who_is_on_the_list_gets_no_text():
    with machine() as phone:
        assert phone.run("optout", "add", "(614) 555-0101", "asked on the phone").returncode == 0
        listed = phone.run("optout", "list").stdout
        assert "+16145550101" in listed and "asked on the phone" in listed, listed
        result = phone.call()
        assert result["performed"] is False and result["rule"] == "opted_out", result
        assert "Nothing waits" in phone.terminal("approve").end()[0]
        assert phone.run("optout", "remove", "+1 614 555 0101").returncode == 0
        assert phone.run("optout", "remove", "+16145550101").returncode == 1
        phone.leave_pending()
        for number in ["911", "12", "+999123456789", "hello"]:
            result = phone.run("optout", "add", number)
            assert result.returncode == 2 and result.stderr, result


sys.exit(play("wire", globals(), {Machine, machine, set_passcode}))
