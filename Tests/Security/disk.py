"""What is made on disk is closed to others, and no link or mistake in what lies there leads a write astray. Standard library only."""

import contextlib
import os
import shutil
import stat
import tempfile
import threading

from api import API
from listener import Listener
from machine import UNATTENDED, binary, told
from scenarios import FORMS, PASSCODE, SCENARIOS, TEXT, Phone, check, in_terminal, phone, rows, scenario


@scenario
def everything_made_is_closed_to_others_whatever_the_umask():
    api = API()
    home = tempfile.mkdtemp()
    with phone(api, None) as machine:
        machine.without("QUO_MCP_STATE", "XDG_CONFIG_HOME", "QUO_MCP_CONFIG").environment.update(HOME=home)
        before = os.umask(0)
        try:
            server = machine.start()
            in_terminal(
                machine, "approve", "--set-passcode", answers=[("do without: ", PASSCODE + "\r"), ("again: ", PASSCODE + "\r")]
            )
            listener = Listener(binary, machine.environment, "--listen", "127.0.0.1:0")
        finally:
            os.umask(before)
        server.call("send_message", TEXT)
        server.call("find_contacts", {"query": "x"})
        found = {}
        for folder, folders, names in os.walk(home):
            for name in [*folders, *names]:
                path = os.path.join(folder, name)
                found[path] = stat.S_IMODE(os.lstat(path).st_mode)
        listener.stop(60)
        check(len(found) >= 6, found)
        for path, mode in found.items():
            check(mode == (0o700 if os.path.isdir(path) else 0o600), f"{path} has mode {mode:o}")
    shutil.rmtree(home)


def state_is_refused(machine: Phone, *words: str) -> None:
    api_posts = machine.api.count("POST")
    server = machine.start()
    result = server.call("send_message", TEXT)
    check(not (result.get("structuredContent") or {}).get("performed"), result)
    for word in words:
        check(word in told(result), told(result))
    check(machine.api.count("POST") == api_posts, "it was sent")


def games(function):
    """Adds a scenario with a machine that may send without asking, and a victim that must stay as it is."""

    def run():
        api = API()
        with phone(api, UNATTENDED) as machine, tempfile.TemporaryDirectory() as other:
            machine.api = api
            victim = f"{other}/victim"
            with open(victim, "w", encoding="ascii") as file:
                file.write("precious\n")
            os.chmod(victim, 0o644)
            function(machine, victim)
            check(
                open(victim, encoding="ascii").read() == "precious\n" and stat.S_IMODE(os.stat(victim).st_mode) == 0o644,
                "the victim was touched",
            )
            check(sorted(os.listdir(other)) in (["victim"], ["state", "victim"]), os.listdir(other))

    run.__name__ = function.__name__
    SCENARIOS.append(run)
    return function


@games
def a_state_folder_that_is_a_link_is_refused(machine, victim):
    target = os.path.join(os.path.dirname(victim), "state")
    os.mkdir(target, 0o700)
    os.rmdir(machine.state)
    os.symlink(target, machine.state)
    state_is_refused(machine, "symbolic link")
    check(not os.listdir(target), os.listdir(target))


@games
def a_state_folder_that_others_can_write_is_refused(machine, victim):
    for mode in [0o777, 0o770, 0o707, 0o1777]:
        os.chmod(machine.state, mode)
        state_is_refused(machine, "other users can write in it", "chmod go-w")
        check(not os.listdir(machine.state), os.listdir(machine.state))
    os.chmod(machine.state, 0o755)
    check(machine.start().call("send_message", TEXT)["structuredContent"]["performed"] is True)


@games
def a_database_that_is_a_link_is_refused(machine, victim):
    path = f"{machine.state}/state.sqlite3"
    os.symlink(victim, path)
    state_is_refused(machine, "symbolic link")
    os.remove(path)
    os.symlink("/nowhere/at/all", path)
    state_is_refused(machine, "symbolic link")
    os.remove(path)
    os.link(victim, path)
    state_is_refused(machine, "another name elsewhere")
    os.remove(path)
    os.mkfifo(path, 0o600)
    state_is_refused(machine, "no file")
    os.remove(path)
    os.mkdir(path)
    state_is_refused(machine, "no file")


@games
def a_database_that_others_could_read_is_closed(machine, victim):
    machine.start().call("guard_status", {})
    path = f"{machine.state}/state.sqlite3"
    for name in os.listdir(machine.state):
        os.chmod(f"{machine.state}/{name}", 0o666)
    check(machine.start().call("send_message", TEXT)["structuredContent"]["performed"] is True)
    check(stat.S_IMODE(os.stat(path).st_mode) == 0o600)


@games
def a_link_in_place_of_the_journal_reaches_no_other_file(machine, victim):
    machine.start().call("guard_status", {})
    machine.end()
    for suffix in ["-wal", "-shm", "-journal"]:
        path = f"{machine.state}/state.sqlite3{suffix}"
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
        os.symlink(victim, path)
    machine.start().call("send_message", TEXT)


@games
def a_folder_that_becomes_a_link_meanwhile_leads_nowhere(machine, victim):
    target = os.path.join(os.path.dirname(victim), "state")
    os.mkdir(target, 0o700)
    server = machine.start()
    check(server.call("send_message", TEXT)["structuredContent"]["performed"] is True)
    os.rename(machine.state, machine.state + ".real")
    os.symlink(target, machine.state)
    result = server.call("send_message", TEXT)
    check(len(machine.api.delivered) == 1, "sent twice", result)
    check(not os.listdir(target), os.listdir(target))


@games
def a_folder_that_flickers_between_itself_and_a_link_leads_nowhere(machine, victim):
    target = os.path.join(os.path.dirname(victim), "state")
    os.mkdir(target, 0o700)
    link = machine.folder + "/link"
    os.symlink(target, link)
    over = threading.Event()

    def flicker():
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
        while not over.is_set():
            # RENAME_EXCHANGE swaps both in one step.
            library.renameat2(-100, machine.state.encode(), -100, link.encode(), 2)
        if os.path.islink(machine.state):
            library.renameat2(-100, machine.state.encode(), -100, link.encode(), 2)

    thread = threading.Thread(target=flicker)
    thread.start()
    sent = 0
    try:
        for number in range(12):
            result = machine.start().call("send_message", {**TEXT, "text": f"Text {number}"})
            sent += bool((result.get("structuredContent") or {}).get("performed"))
    finally:
        over.set()
        thread.join()
    # Who may rename the folder may move what is in it; nothing else is touched, and nothing is sent twice or unrecorded.
    check(len(machine.api.delivered) == sent, sent, len(machine.api.delivered))
    check(all(name.startswith("state.sqlite3") for name in os.listdir(target)), os.listdir(target))


@games
def a_configuration_that_everyone_can_change_is_told_of(machine, victim):
    path = machine.environment["QUO_MCP_CONFIG"]
    os.chmod(path, 0o666)
    text = machine.run("config")
    check("chmod o-w" in text, text)


@rows(
    ("{",),
    ('{"profile": "unattended"',),
    ('{"profile": "anything"}',),
    ('{"profil": "unattended"}',),
    ("[]",),
    ('{"profile": true}',),
    ("",),
)
def a_configuration_with_a_mistake_sends_nothing(content):
    api = API()
    with phone(api) as machine:
        with open(machine.environment["QUO_MCP_CONFIG"], "w", encoding="ascii") as file:
            file.write(content)
        result = machine.start().call("send_message", TEXT, FORMS)
        check(
            result.get("resultType") != "input_required" and not (result.get("structuredContent") or {}).get("performed"), result
        )
        check(api.count("POST") == 0 and machine.environment["QUO_MCP_CONFIG"] in told(result), told(result))
