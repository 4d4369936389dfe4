"""What the disk, the clock and an end at any moment do to a text. Standard library only, and a C compiler for the clock."""

import contextlib
import os
import pathlib
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from api import API
from machine import ASKING, PERSON, Machine, binary, envelope, told
from mounts import NO_MOUNTS, mounted
from network import delivering, silence
from rows import Seen, check, expect, machine, reads, row, said

CLOCK = tempfile.NamedTemporaryFile(suffix=".so")


def compile_clock() -> str | None:
    """Compiles the library that moves the time of day; why that cannot be, or None."""
    source = pathlib.Path(__file__).with_name("clock.c")
    try:
        command = ["cc", "-shared", "-fPIC", "-o", CLOCK.name, str(source), "-ldl"]
        built = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return None if built.returncode == 0 else built.stderr.strip()


NO_CLOCK = compile_clock() if sys.platform == "linux" else "it is written for Linux"


# The disk.


def state_row(words: list[str], broken: Callable[[Machine], contextlib.AbstractContextManager]) -> Seen:
    """Of a state that cannot be written for a while: texts must not go, reads go on."""
    api = API()
    with machine(api) as phone:
        server = phone.start()
        with contextlib.ExitStack() as stack:
            stack.enter_context(broken(phone))
            text = expect(words, server.text("Ten minutes late"))
            check(api.count("POST") == 0, "it was sent without a record")
            reads(server)
        again = server.text("Ten minutes late")["structuredContent"]
        check(again["performed"] is True and len(api.delivered) == 1, again)
        return Seen(text, "0 POST; reads go on", "the same again: sent once")


@row("disk", "full", NO_MOUNTS)
def full_disk() -> Seen:
    api = API()
    with machine(api) as phone, mounted("-t", "tmpfs", "-o", "size=2m,mode=0700", "state", phone.state):
        server = phone.start()
        check(server.text("First")["structuredContent"]["performed"] is True)
        filler = f"{phone.state}/filler"
        with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b" " * 4096):
                pass
        # What SQLite has already taken of the disk may hold a few more; then the disk is full, and nothing goes.
        sent = 1
        for number in range(400):
            result = server.text(f"Text {number}")
            if not (result.get("structuredContent") or {}).get("performed"):
                break
            sent += 1
        text = expect(["Nothing was ", "No space is left", "Free some on that disk"], result)
        check(len(api.delivered) == sent, f"{len(api.delivered)} delivered, {sent} told")
        reads(server)
        os.remove(filler)
        check(server.text(f"Text {number}")["structuredContent"]["performed"] is True and len(api.delivered) == sent + 1)
        return Seen(text, "0 POST; reads go on", "the same again: sent once")


@row("disk", "read-only", NO_MOUNTS)
def read_only_disk() -> Seen:
    @contextlib.contextmanager
    def broken(phone: Machine):
        with mounted("--bind", phone.state, phone.state):
            subprocess.run(["mount", "-o", "remount,bind,ro", phone.state], check=True)
            yield

    return state_row(["Nothing was sent", "cannot be written"], broken)


@contextlib.contextmanager
def held(phone: Machine, *statements: str):
    """The database in the hands of another connection, once these have run on it."""
    holder = sqlite3.connect(f"{phone.state}/state.sqlite3", isolation_level=None)
    for statement in statements:
        holder.execute(statement)
    yield
    holder.rollback()
    holder.close()


@row("disk", "the database is held by another process")
def locked_state() -> Seen:
    @contextlib.contextmanager
    def broken(phone: Machine):
        server = phone.start()
        server.call("guard_status", {})
        with held(phone, "BEGIN EXCLUSIVE"):
            yield

    return state_row(["Nothing was sent", "held by another process", "Try again"], broken)


@row("disk", "the database is held by another process, which lets nobody read, before it is opened")
def locked_state_at_first() -> Seen:
    @contextlib.contextmanager
    def broken(phone: Machine):
        maker = phone.start()
        maker.call("guard_status", {})
        maker.kill()
        with held(phone, "PRAGMA journal_mode=DELETE", "BEGIN EXCLUSIVE"):
            yield

    return state_row(["Nothing was sent", "held by another process", "Try again"], broken)


@row("disk", "the database is damaged")
def damaged_state() -> Seen:
    @contextlib.contextmanager
    def broken(phone: Machine):
        path = f"{phone.state}/state.sqlite3"
        with open(path, "wb") as file:
            file.write(b"This was a database once. " * 400)
        os.chmod(path, 0o600)
        yield
        os.remove(path)

    return state_row(["Nothing was sent", "is damaged or no database of quo-mcp", "Move it"], broken)


@row("disk", "the folder is removed while it runs, and the record with it")
def removed_state() -> Seen:
    api = API()
    with machine(api) as phone:
        server = phone.start()
        check(server.text("First")["structuredContent"]["performed"] is True)
        subprocess.run(["rm", "-r", phone.state], check=True)
        result = server.text("First")
        # Whatever it says, it must not say that it was sent where it was not, nor send without a record.
        check(len(api.delivered) == 1 + bool(result["structuredContent"].get("performed")), told(result))
        text = said(result)
        recorded = os.path.exists(f"{phone.state}/state.sqlite3")
        check(recorded or len(api.delivered) == 1, "it was sent without a record")
        return Seen(text, f"{api.count('POST')} POST", reads(server))


@row("disk", "no file may grow (ulimit -f 0)")
def no_growth() -> Seen:
    api = API()
    with machine(api) as phone:
        server = phone.start()
        check(server.text("First")["structuredContent"]["performed"] is True)
        limits = ["prlimit", f"--pid={server.process.pid}"]
        subprocess.run([*limits, "--fsize=0:unlimited"], check=True)
        text = expect(["Nothing was ", "disk I/O error"], server.text("Second"))
        check(len(api.delivered) == 1, api.delivered)
        reads(server)
        subprocess.run([*limits, "--fsize=unlimited:unlimited"], check=True)
        check(server.text("Second")["structuredContent"]["performed"] is True and len(api.delivered) == 2)
        return Seen(text, "0 POST; reads go on", "the same again: sent once")


@row("log", "a host that never reads it, and debug lines in plenty")
def unread_log() -> Seen:
    api = API()
    with machine(api) as phone:
        os.mkfifo(f"{phone.folder}/log")
        # Opened for both, a pipe has a reader that reads nothing.
        server = phone.start(command=["sh", "-c", 'exec "$0" 2<>"$1"', binary, f"{phone.folder}/log"], QUO_LOG="debug")
        # The pipe takes 65,536 bytes, and each line has some 45.
        for _ in range(2_000):
            server.call("guard_status", {}, seconds=20)
        text = expect(None, server.call("list_users", {}))
        check(server.text("Still here")["structuredContent"]["performed"] is True and len(api.delivered) == 1)
        return Seen(text, f"{api.count('POST')} POST", "a text: sent once")


# The clock of the machine, as NTP or a person sets it; the clock since the start goes on.


@contextlib.contextmanager
def clock(api: API, **more):
    """A server and what sets its clock to so many seconds from the real time."""
    with machine(api, **more) as phone:
        path = f"{phone.folder}/clock"
        with open(path, "wb") as file:
            file.write(bytes(8))

        def set_clock(seconds: int) -> None:
            with open(path, "r+b", buffering=0) as file:
                file.write(struct.pack("=q", seconds))

        yield phone.start(LD_PRELOAD=CLOCK.name, CLOCK_FILE=path), set_clock


def clock_row(seconds: int, again: str) -> Seen:
    api = API()
    with clock(api) as (server, set_clock):
        check(server.text("Ten minutes late")["structuredContent"]["performed"] is True)
        set_clock(seconds)
        started = time.monotonic()
        reads(server)
        check(time.monotonic() - started < 60, "a read waited for the clock")
        result = server.text("Ten minutes late")
        text = said(result)
        check(again in str(result["structuredContent"]), result)
        delivered = len(api.delivered)
        check(delivered == 1 + bool(result["structuredContent"].get("performed")), delivered)
        check(server.text("On the way")["structuredContent"]["performed"] is True)
        check(time.monotonic() - started < 120, "a text waited for the clock")
        return Seen(text, f"{delivered} POST", "another text: sent once")


row("clock", "goes back an hour", NO_CLOCK)(lambda: clock_row(-3600, "'duplicate': True"))
row("clock", "goes back a year", NO_CLOCK)(lambda: clock_row(-365 * 86_400, "'duplicate': True"))
row("clock", "goes on an hour", NO_CLOCK)(lambda: clock_row(3600, "'duplicate': True"))
row("clock", "goes on two days; the same text may go again", NO_CLOCK)(lambda: clock_row(2 * 86_400, "'performed': True"))


@row("clock", "goes on an hour while a person reads the form, who then approves", NO_CLOCK)
def form_and_clock() -> Seen:
    # A form's time counts by the clock that nobody sets.
    api = API()
    forms = {"elicitation": {"form": {}}}
    arguments = {"from": "PN1", "to": PERSON, "text": "Ten minutes late"}
    with clock(api, configuration=ASKING) as (server, set_clock):
        asked = server.call("send_message", arguments, forms)
        set_clock(3600)
        decision = asked["inputRequests"]["approval"]["params"]["requestedSchema"]["properties"]["decision"]["enum"][-1]
        answer = {"approval": {"action": "accept", "content": {"decision": decision}}}
        more = {"inputResponses": answer, "requestState": asked["requestState"]}
        check(server.call("send_message", arguments, forms, **more)["structuredContent"]["performed"] is True)
        again = server.call("send_message", arguments, forms, **more)
        check(len(api.delivered) == 1, f"delivered {len(api.delivered)} times", again)
        return Seen("that it was sent", "1 POST", "the same answer again: " + said(again))


# SIGKILL at the moments that count; make chaos kills at random ones.


def kill_row(moment: str) -> Seen:
    api = API()
    with machine(api) as phone:
        server = phone.start()
        method = "POST" if moment != "before" else "GET"
        api.fault = silence if moment == "before" else delivering(silence)
        api.faulty = lambda request: request.method == method and (method == "POST" or request.target.startswith("/v1/messages"))
        if moment == "after":
            api.fault = None
            check(server.text("Ten minutes late")["structuredContent"]["performed"] is True)
        else:
            arguments = {"from": "PN1", "to": PERSON, "text": "Ten minutes late"}
            server.send("tools/call", {"name": "send_message", "arguments": arguments, "_meta": envelope()})
            deadline = time.monotonic() + 60
            while not any(api.faulty(request) for request in list(api.requests)):
                check(time.monotonic() < deadline, "no request came")
                time.sleep(0.005)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        api.fault = None
        result = phone.start().text("Ten minutes late")
        check(len(api.delivered) == 1, f"delivered {len(api.delivered)} times", told(result))
        return Seen("nothing, it is dead", f"{api.count('POST')} POST in all", f"the same again: {said(result)}")


row("killed", "while the guard reads the thread")(lambda: kill_row("before"))
row("killed", "while the text is under way")(lambda: kill_row("during"))
row("killed", "once the text is sent")(lambda: kill_row("after"))
