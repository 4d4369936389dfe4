"""What every row is made of: what it saw, and what must hold of it. Standard library only."""

import contextlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from api import API
from machine import KEY, UNATTENDED, Machine, Server, told


@dataclass
class Seen:
    """What one row saw."""

    told: str
    requests: str
    next: str


@dataclass
class Row:
    group: str
    name: str
    run: Callable[[], Seen]


ROWS: list[Row] = []
SKIPPED: list[str] = []


def row(group: str, name: str, needs: str | None = None):
    """Adds a row; `needs` says why it cannot run here, or is None."""

    def add(run: Callable[[], Seen]):
        if needs:
            SKIPPED.append(f"{name}: {needs}")
        else:
            ROWS.append(Row(group, name, run))
        return run

    return add


def check(condition: bool, *context) -> None:
    if not condition:
        raise AssertionError(" | ".join(str(part) for part in context))


def both(name: str, needs: str | None = None):
    """Adds a row for a read and one for a text."""

    def add(run: Callable[[bool], Seen]):
        row("read", name, needs)(lambda: run(False))
        row("text", name, needs)(lambda: run(True))
        return run

    return add


def plain(text: str, api: API | None = None) -> str:
    """What was told, without what differs from run to run."""
    if api:
        text = text.replace(f"{api.address}:{api.port}", "HOST").replace(f"localhost:{api.port}", "HOST")
        text = text.replace(f"port {api.port}", "port N")
    text = re.sub(r"/tmp/[^ ,;:]*?/state/", "STATE/", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"after \d+ (ms|milliseconds)", "after N ms", text)
    text = re.sub(r"with \d+ (out of \d+ )?bytes", r"with N \1bytes", text)
    return re.sub(r"\s+", " ", text).strip()


def expect(words: list[str] | None, result: dict, api: API | None = None) -> str:
    """What an agent was told, which must hold these words and never the key; with None, the answer itself."""
    text = plain(told(result), api)
    check(KEY not in text, "the key shows", text)
    if words is None:
        check(not result.get("isError"), "this should have worked", text)
        return "the answer"
    check(bool(result.get("isError")), "this should have failed", text)
    for word in words:
        check(word in text, f"it does not say {word!r}", text)
    return said(result, api)


def said(result: dict, api: API | None = None) -> str:
    """What an agent was told, in a sentence."""
    structured = result.get("structuredContent") or {}
    if structured.get("performed"):
        return "that it was sent"
    return plain(structured.get("explanation") or told(result), api)


@contextlib.contextmanager
def machine(api: API | str, configuration: dict = UNATTENDED):
    """A machine whose log must not show the key."""
    phone = Machine(api if isinstance(api, str) else api.url, configuration)
    try:
        yield phone
    finally:
        log = phone.end()
        shutil.rmtree(phone.folder, ignore_errors=True)
    check(KEY not in log, "the key is in the log", log)


def reads(server: Server) -> str:
    expect(None, server.call("list_users", {}))
    return "it reads"
