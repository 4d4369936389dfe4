"""What the scenarios share: a machine with secrets of its own, and what to look for. Standard library only."""

import base64
import contextlib
import os
import pty
import select
import shutil
import subprocess
import time
import urllib.parse

from api import API
from hostile import Contract
from machine import ASKING, PERSON, Machine, Server, binary

SCENARIOS = []
FORMS = {"elicitation": {"form": {}}}
TEXT = {"from": "PN1", "to": PERSON, "text": "Ten minutes late"}
V1 = Contract("quo-v1.openapi.json")
KEY = "qk-7f3A9sLw0ZpX2vN8dTgB"
WEBHOOK_KEY = bytes(range(7, 31))
WEBHOOK_SECRET = "whsec_" + base64.b64encode(WEBHOOK_KEY).decode()
PASSCODE = "staple-battery-77"


def scenario(function):
    SCENARIOS.append(function)
    return function


def rows(*table):
    """Makes a scenario of each row."""

    def add(function):
        for row in table:

            def run(row=row):
                function(*row)

            run.__name__ = f"{function.__name__} {row[0]!r}"
            SCENARIOS.append(run)
        return function

    return add


def check(condition, *context) -> None:
    if not condition:
        raise AssertionError(" | ".join(str(part)[:1500] for part in context))


class Heard(Server):
    """A server of whose output every line is kept."""

    def receive_line(self, seconds: float = 20) -> bytes | None:
        line = super().receive_line(seconds)
        self.__dict__.setdefault("lines", []).append(line or b"")
        return line


class Phone(Machine):
    """A machine with a distinct key, whose servers keep what they said."""

    def __init__(self, api: API | str, configuration: dict | None = ASKING, **environment: str):
        super().__init__(
            api if isinstance(api, str) else api.url,
            configuration,
            **{"QUO_API_KEY": KEY, "QUO_WEBHOOK_SECRET": WEBHOOK_SECRET, "QUO_LOG": "debug", **environment},
        )

    def start(self, *arguments: str, **options) -> Heard:
        server = Heard([binary, *arguments], "security", self.environment, **options)
        self.servers.append(server)
        return server

    def without(self, *names: str) -> "Phone":
        for name in names:
            self.environment.pop(name, None)
        return self

    def run(self, *arguments: str, **more) -> str:
        result = subprocess.run(
            [binary, *arguments], env=self.environment, capture_output=True, text=True, timeout=120, input="", check=False, **more
        )
        return result.stdout + result.stderr

    def heard(self) -> bytes:
        return b"\n".join(line for server in self.servers for line in getattr(server, "lines", []))

    def state_bytes(self) -> bytes:
        found = b""
        for folder, _, names in os.walk(self.state):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    found += file.read()
        return found


@contextlib.contextmanager
def phone(*arguments, without: str = "", **options):
    made = Phone(*arguments, **options).without(*without.split())
    try:
        yield made
    finally:
        made.end()
        shutil.rmtree(made.folder, ignore_errors=True)


def forms_of(secret: str) -> list[bytes]:
    """A secret as it may show: as it is, and in the usual disguises."""
    raw = secret.encode()
    return [raw, raw[::-1], base64.b64encode(raw).rstrip(b"="), raw.hex().encode(), urllib.parse.quote(secret, safe="").encode()]


def no_secret(where: str, data: bytes | str, *secrets: str) -> None:
    data = data.encode() if isinstance(data, str) else data
    for secret in secrets or (KEY, WEBHOOK_SECRET, WEBHOOK_SECRET.removeprefix("whsec_"), PASSCODE):
        for shape in forms_of(secret):
            position = data.find(shape)
            check(position < 0, f"{where} shows a secret", data[max(0, position - 80) : position + 80])


def in_terminal(phone: Phone, *arguments: str, answers: list[tuple[str, str]]) -> str:
    """Runs the binary in a terminal; types each answer once its question shows."""
    process, descriptor = pty.fork()
    if process == 0:
        os.execve(binary, [binary, *arguments], phone.environment)
    screen, seen = "", 0
    waiting = list(answers)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if waiting and waiting[0][0] in screen[seen:]:
            seen = len(screen)
            os.write(descriptor, waiting.pop(0)[1].encode())
        if select.select([descriptor], [], [], 0.1)[0]:
            try:
                data = os.read(descriptor, 65_536)
            except OSError:
                break
            if not data:
                break
            screen += data.decode(errors="replace")
    os.close(descriptor)
    os.waitpid(process, 0)
    check(not waiting, "the terminal did not ask", waiting, screen)
    return screen
