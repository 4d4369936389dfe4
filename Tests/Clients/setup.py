"""quo-mcp setup in a terminal, and quo-mcp doctor as it is run. Standard library only.

usage: setup.py BINARY
"""
import contextlib
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Conformance"))
from quo_server import API, KEY, binary
from scenarios import play
from terminal import Terminal

CHOICE = "Your choice"


class Home:
    """A home folder with nothing in it but the folder of one host."""

    def __init__(self, path, **environment):
        self.path = pathlib.Path(path)
        self.environment = {"HOME": path, "PATH": os.environ["PATH"], "TERM": "dumb", **environment}
        (self.path / ".cursor").mkdir()

    def terminal(self, *arguments):
        # What is not named here is this machine's.
        return Terminal(*arguments, **{**dict.fromkeys(["QUO_MCP_STATE", "XDG_CONFIG_HOME"], ""), **self.environment})

    def run(self, *arguments, **more):
        environment = {**self.environment, **more}
        return subprocess.run([binary, *arguments], env=environment, input="", capture_output=True, text=True, timeout=60, start_new_session=True)

    @property
    def folder(self):
        return self.path / ".config/quo-mcp"

    @property
    def policy(self):
        return json.loads((self.folder / "config.json").read_text())

    @property
    def server(self):
        return json.loads((self.path / ".cursor/mcp.json").read_text())["mcpServers"]["quo"]


@contextlib.contextmanager
def home(**environment):
    with tempfile.TemporaryDirectory() as path:
        yield Home(path, **environment)


def answer(terminal, *steps):
    for question, text in steps:
        terminal.answer(question, text)
    return terminal.end(60)


SANDBOX = [(CHOICE, "3\n"), ("Which may send", "1\n"), ("Set a passcode", "\n"), (CHOICE, "1\n"), ("Write that", "\n")]


def setting_up_with_the_sandbox_ends_with_a_server_that_works():
    with home() as person:
        screen, status = answer(person.terminal("--sandbox", "setup"), *SANDBOX)
        assert status == 0 and "It works. The workspace has" in screen and "what is waiting for me" in screen, screen
        assert person.policy["profile"] == "reply-only" and len(person.policy["recipients"]["from"]) == 1, person.policy
        assert stat.S_IMODE((person.folder / "config.json").stat().st_mode) == 0o600
        assert person.server["args"] == ["--sandbox"] and not list(person.folder.glob("key*")), person.server
        doctor = person.run("--sandbox", "doctor", "--json")
        findings = {finding["check"]: finding for finding in json.loads(doctor.stdout)["findings"]}
        assert doctor.returncode == 0 and findings["host-entry"]["state"] == "ok", doctor
        assert "reply-only" in findings["profile"]["seen"] and "1 of your lines" in findings["profile"]["seen"], findings
        assert person.path.name not in doctor.stdout, doctor.stdout


def the_key_may_come_later_and_the_change_is_shown_once():
    with home() as person:
        steps = [(CHOICE, "3\n"), (CHOICE, "\n"), ("Set a passcode", "n\n"), (CHOICE, "1\n"), ("Write that", "\n")]
        screen, status = answer(person.terminal("setup"), *steps)
        assert status == 0 and "later (the sandbox for now)" in screen and "It works." in screen, screen
        assert person.server["args"] == ["--sandbox"] and not list(person.folder.glob("key*")), person.server
        assert screen.count("+++ ") == 1 and "Nothing was written" not in screen, screen
        steps = [(CHOICE, "3\n"), (CHOICE, "\n"), ("Set a passcode", "n\n"), (CHOICE, "1\n")]
        screen, status = answer(person.terminal("setup"), *steps)
        assert status == 0 and "has it already" in screen and "Write that" not in screen, screen


def what_is_there_stays_unless_it_is_changed():
    with home() as person:
        person.folder.mkdir(parents=True)
        before = '{"$schema": "x", "budgets": {"sendsPerDay": 5}, "profile": "read-only", "quietHours": {"from": "09:00"}}'
        (person.folder / "config.json").write_text(before)
        keep = [(CHOICE, "\n"), ("Set a passcode", "n\n"), (CHOICE, "2\n")]
        screen, status = answer(person.terminal("--sandbox", "setup"), *keep)
        assert status == 0 and "needs no change" in screen, screen
        assert (person.folder / "config.json").read_text() == before
        change = [(CHOICE, "1\n"), ("Which may send", "all\n"), ("Set a passcode", "n\n"), (CHOICE, "2\n")]
        screen, status = answer(person.terminal("--sandbox", "setup"), *change)
        assert status == 0 and list(person.policy) == ["$schema", "budgets", "profile", "quietHours"], screen
        assert person.policy["profile"] == "guarded" and person.policy["budgets"] == {"sendsPerDay": 5}
        assert not (person.path / ".cursor/mcp.json").exists()


def texts_without_a_person_need_somebody_to_reach():
    with home() as person:
        steps = [(CHOICE, "4\n"), ("Whom may texts reach", "\n"), (CHOICE, "4\n"), ("Whom may texts reach", "Maria\n"),
                 ("Whom may texts reach", "+1614, +16145550123\n"), ("Which may send", "\n"), ("Set a passcode", "\n"), (CHOICE, "2\n")]
        screen, status = answer(person.terminal("--sandbox", "setup"), *steps)
        assert status == 0 and person.policy["recipients"] == {"allow": ["+1614", "+16145550123"]}, screen
        assert person.run("config").returncode == 0


def the_key_is_typed_unseen_and_kept_for_its_owner_alone():
    api = API()
    with home(QUO_BASE_URL=api.environment["QUO_BASE_URL"]) as person:
        steps = [(CHOICE, "\n"), ("The key: ", KEY + "\n"), ("works, and is kept", ""), (CHOICE, "\n"), ("Which may send", "\n"),
                 ("Set a passcode", "\n"), (CHOICE, "1\n"), ("Write that", "y\n")]
        screen, status = answer(person.terminal("setup"), *steps)
        assert status == 0 and KEY not in screen and "Main (+16145550100)" in screen, screen
        key = person.folder / "key"
        assert key.read_text() == KEY + "\n" and stat.S_IMODE(key.stat().st_mode) == 0o600
        assert person.server["env"] == {"QUO_API_KEY_FILE": str(key)}, person.server
        assert {request[0] for request in api.requests} == {"GET"} and {request[2] for request in api.requests} == {KEY}
        doctor = person.run("doctor")
        assert "from key in the configuration folder; accepted" in doctor.stdout and KEY not in doctor.stdout, doctor.stdout
        keep = [("keep the one from", ""), (CHOICE, "\n"), ("It works", ""), (CHOICE, "\n"), ("Which may send", "\n"),
                ("Set a passcode", "\n"), (CHOICE, "\n")]
        screen, status = answer(person.terminal("setup"), *keep)
        assert status == 0 and key.read_text() == KEY + "\n", screen


def a_command_takes_the_place_of_the_key():
    api = API()
    with home(QUO_BASE_URL=api.environment["QUO_BASE_URL"]) as person:
        person.folder.mkdir(parents=True)
        (person.folder / "key").write_text("older\n")
        (person.folder / "key").chmod(0o600)
        steps = [(CHOICE, "3\n"), ("The command: ", f"echo {KEY}\n"), ("works, and is kept", ""), (CHOICE, "\n"),
                 ("Which may send", "\n"), ("Set a passcode", "\n"), (CHOICE, "1\n"), ("Write that", "n\n")]
        screen, status = answer(person.terminal("setup"), *steps)
        assert status == 0 and not (person.folder / "key").exists(), screen
        assert (person.folder / "key-command").read_text() == f"echo {KEY}\n"
        assert person.run("call", "whoami").returncode == 0 and not (person.path / ".cursor/mcp.json").exists()


def a_key_that_is_not_accepted_is_not_kept():
    api = API(status=401)
    with home(QUO_BASE_URL=api.environment["QUO_BASE_URL"]) as person:
        terminal = person.terminal("setup")
        terminal.answer(CHOICE, "1\n")
        terminal.answer("The key: ", KEY + "\n")
        terminal.expect("did not work")
        terminal.answer(CHOICE, "\x03")
        screen, status = terminal.end()
        assert status != 0 and KEY not in screen and not person.folder.exists(), screen


def it_can_be_ended_at_every_question_and_leaves_files_whole():
    with home() as person:
        for count in range(len(SANDBOX)):
            terminal = person.terminal("--sandbox", "setup")
            for question, text in SANDBOX[:count]:
                terminal.answer(question, text)
            terminal.expect(SANDBOX[count][0])
            terminal.expect(": ")
            time.sleep(0.3)  # What is typed before a question is thrown away.
            terminal.type("\x03")
            screen, status = terminal.end()
            assert status != 0, (count, screen)
            if count >= 2:
                assert person.policy["profile"] == "reply-only"
            assert not list(person.path.rglob("*.quo-mcp-*")), list(person.path.rglob("*"))
            assert not (person.path / ".cursor/mcp.json").exists()


def without_a_terminal_it_says_what_to_do_instead():
    with home() as person:
        result = person.run("setup")
        assert result.returncode == 1 and "quo-mcp install" in result.stderr, result


def variables_that_would_be_passed_over_are_told_in_a_line():
    with home() as person:
        result = person.run("--sandbox", "doctor", QUO_LOG="loud", QUO_TOOL_LIMIT="many")
        lines = result.stderr.splitlines()
        assert len(lines) == 2 and "QUO_LOG must be" in lines[0] and "QUO_TOOL_LIMIT must be" in lines[1], result
        serving = person.run("--sandbox", QUO_LOG="loud", QUO_TOOL_LIMIT="many")
        assert serving.stderr.count("QUO_LOG must be") == 1 and serving.stderr.count("QUO_TOOL_LIMIT must be") == 1, serving


def doctor_fails_without_a_key_and_makes_no_file():
    with home() as person:
        before = sorted(person.path.rglob("*"))
        result = person.run("doctor")
        assert result.returncode == 1 and "failed   api-key" in result.stdout, result
        assert sorted(person.path.rglob("*")) == before


sys.exit(play("setup", globals(), {Home, home, answer}))
