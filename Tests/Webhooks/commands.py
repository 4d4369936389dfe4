"""Drives quo-mcp listen and quo-mcp webhook as a person would, and the listener as a stranger would.

usage: commands.py BINARY
"""
import base64
import hashlib
import hmac
import json
import os
import pty
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from listener import Listener

KEY = bytes(range(1, 25))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
LEGACY = base64.b64encode(bytes(range(40, 64))).decode()
TYPES = """message.received message.delivered message.failed message.undelivered call.ringing call.menu.selected call.answered
call.completed call.forwarded call.missed call.recording.completed call.summary.completed call.transcript.completed
call.voicemail.completed contact.updated contact.deleted task.created task.updated task.deleted task.completed task.reopened
task.assigned task.unassigned task.overdue task.linked task.unlinked task.duedate.updated task.duedate.removed""".split()
LEGACY_TYPES = """message.received message.delivered call.ringing call.completed call.recording.completed
call.summary.completed call.transcript.completed contact.updated contact.deleted""".split()


def exchange(port, *parts):
    """Sends bytes as they are; returns the status of the answer, or None where the connection is closed without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except OSError:
            pass
        answer = b""
        try:
            while b"\r\n" not in answer and (part := connection.recv(4096)):
                answer += part
        except OSError:
            pass
        return int(answer.split()[1]) if answer else None


def check(what, found, expected):
    assert found == expected, f"{what}: {found!r}, not {expected!r}"


def at_terminal(words, environment):
    """What a command shows on a terminal of its own, its output going elsewhere."""
    child, terminal = pty.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execve(words[0], words, environment)
    shown = b""
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:
        pass
    os.waitpid(child, 0)
    os.close(terminal)
    return shown.decode()


def main(binary):
    with tempfile.TemporaryDirectory() as state:
        environment = {
            "PATH": os.environ.get("PATH", ""), "HOME": state, "QUO_MCP_STATE": state, "QUO_API_KEY": "test",
            "QUO_BASE_URL": "http://127.0.0.1:9", "QUO_WEBHOOK_SECRET": f"{SECRET},{LEGACY}"}

        def run(*words, **changed):
            variables = {name: value for name, value in {**environment, **changed}.items() if value is not None}
            result = subprocess.run([binary, *words], env=variables, capture_output=True, text=True, timeout=30)
            for secret in (SECRET, LEGACY):
                assert secret[6:] not in result.stdout + result.stderr, "a secret is shown"
            return result.returncode, result.stdout + result.stderr

        # Without a secret, or with both sources of it, nothing is taken.
        code, text = run("listen", QUO_WEBHOOK_SECRET=None)
        check("listening without a secret", (code, "no secret" in text), (1, True))
        path = os.path.join(state, "secret")
        with open(path, "w") as file:
            file.write(SECRET + "\n")
        code, text = run("listen", QUO_WEBHOOK_SECRET_FILE=path)
        check("listening with two sources", (code, "Keep one of them" in text), (1, True))
        code, text = run("listen", QUO_WEBHOOK_SECRET="hunter2")
        check("listening with a made-up secret", (code, "hunter2" in text), (1, False))
        code, text = run("listen", QUO_API_KEY=None)
        check("listening without a key", (code, "API key" in text), (1, True))

        # Secrets that were kept when webhooks were made are shown at a terminal alone.
        workspace = hashlib.sha256(b"quo-mcp workspace 1\0http://127.0.0.1:9\0test").hexdigest()[:32]
        kept = os.path.join(state, "webhook-secrets", workspace)
        os.makedirs(kept, mode=0o700)
        os.chmod(os.path.dirname(kept), 0o700)
        with open(os.open(os.path.join(kept, "7"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(SECRET + "\n")
        check("the kept secrets", run("webhook", "secret"), (0, "7\n"))
        with open(os.devnull) as nothing:
            away = subprocess.run(
                [binary, "webhook", "secret", "7"], env=environment, stdin=nothing, capture_output=True, text=True,
                start_new_session=True)
        check("a secret without a terminal", (away.returncode, away.stdout, "ssh -t" in away.stderr), (1, "", True))
        check("a secret that is not kept", run("webhook", "secret", "8")[0], 1)
        check("a secret in a terminal", at_terminal([binary, "webhook", "secret", "7"], environment), SECRET + "\r\n")

        # Where no variable gives a secret, those that are kept check and sign.
        body = b'{"id":"EV1","type":"message.received","data":{}}'
        stamp = str(int(time.time()))
        code = base64.b64encode(hmac.new(KEY, f"m.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
        with open(f"{state}/headers", "w") as file:
            file.write(f"webhook-id: m\nwebhook-timestamp: {stamp}\nwebhook-signature: v1,{code}\n")
        with open(f"{state}/body", "wb") as file:
            file.write(body)
        saved = ["webhook", "verify", "--headers", f"{state}/headers", "--body", f"{state}/body"]
        code, text = run(*saved, QUO_WEBHOOK_SECRET=None)
        check("a kept secret checks", (code, text.endswith("of a message.received, to webhook 7\n")), (0, True))
        code, text = run(*saved)
        check("a given secret checks", (code, text.endswith("of a message.received\n")), (0, True))
        code, text = run(*saved, QUO_WEBHOOK_SECRET="whsec_" + LEGACY)
        check("a given secret alone counts", (code, "invalid" in text), (1, True))
        sample = ["webhook", "send", "message.received", "http://127.0.0.1:9/quo"]
        for words, changed in ((sample, {}), ([*sample, "--webhook", "7"], {"QUO_WEBHOOK_SECRET": LEGACY})):
            code, text = run(*words, **{"QUO_WEBHOOK_SECRET": None, **changed})
            check("a kept secret signs", (code, "secret" in text), (1, False))
        for words, part in ((["--webhook", "8"], "no secret of a webhook 8"), (["--legacy"], "legacy scheme")):
            code, text = run(*sample, *words, QUO_WEBHOOK_SECRET=None)
            check(f"no such kept secret, {words}", (code, part in text), (1, True))
        with open(os.open(os.path.join(kept, "9"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("whsec_" + LEGACY + "\n")
        code, text = run(*sample, QUO_WEBHOOK_SECRET=None)
        check("several kept secrets", (code, "--webhook ID" in text and "7, 9" in text), (1, True))
        check("one of several", "secret" in run(*sample, "--webhook", "9", QUO_WEBHOOK_SECRET=None)[1], False)
        code, text = run(*saved, QUO_WEBHOOK_SECRET=None)
        check("any kept secret checks", (code, text.endswith("to webhook 7\n")), (0, True))
        os.remove(os.path.join(kept, "9"))
        check("verify takes no webhook", run(*saved, "--webhook", "7")[0], 2)

        os.chmod(os.path.join(kept, "7"), 0o644)
        check("a kept secret that others can read", run("webhook", "secret")[0], 1)
        os.chmod(os.path.join(kept, "7"), 0o600)

        # The sandbox has no listener, and a listener of a gateway keeps events where that gateway's server reads them.
        code, text = run("--sandbox", "listen")
        check("listening for the sandbox", (code, "wait_for_event" in text), (2, True))
        with tempfile.TemporaryDirectory() as other:
            settings = {**environment, "QUO_MCP_STATE": other, "QUO_GATEWAY": "maton", "MATON_API_KEY": "m"}
            listener = Listener(binary, settings, "--listen", "127.0.0.1:0")
            url = f"http://127.0.0.1:{listener.port}/quo"
            check("a gateway's event", run("webhook", "send", "call.missed", url)[0], 0)
            listener.stop()
            database = sqlite3.connect(f"file:{other}/state.sqlite3?mode=ro", uri=True)
            name = hashlib.sha256(b"quo-mcp workspace 1\0maton oldest connection\0m").hexdigest()[:32]
            check("a gateway's workspace", database.execute("SELECT workspace FROM webhook_event").fetchall(), [(name,)])
            database.close()

        # The listener is told one secret and finds the other.
        os.chmod(path, 0o644)
        listener = Listener(
            binary, {**environment, "QUO_WEBHOOK_SECRET": LEGACY}, "--listen", "127.0.0.1:0", "--path", "/hook")
        port = listener.port
        url = f"http://127.0.0.1:{port}/hook"

        # Samples of every type are taken in both schemes.
        for name in TYPES:
            check(name, run("webhook", "send", name, url), (0, f"{name} was answered with 200\n"))
        for name in LEGACY_TYPES:
            check(f"legacy {name}", run("webhook", "send", name, url, "--legacy")[0], 0)
        code, text = run("webhook", "send", "message.received", url, QUO_WEBHOOK_SECRET=None, QUO_WEBHOOK_SECRET_FILE=path)
        check("a secret from a file that others can read", (code, "chmod 600" in text), (0, True))
        for words in (["task.created", url, "--legacy"], ["no.such", url], ["call.missed", "http://example.com/"],
                      ["call.missed", "https://example.com/"], ["call.missed", "http://127.0.0.1.example.com/"]):
            code, text = run("webhook", "send", *words, QUO_WEBHOOK_SECRET=None)
            check(f"sending {words}", (code, "secret" in text), (2, False))
        check("another secret", run(
            "webhook", "send", "call.missed", url, QUO_WEBHOOK_SECRET="whsec_" + LEGACY)[1],
            "call.missed was answered with 401\n")

        # What a stranger sends.
        post = b"POST /hook HTTP/1.1\r\nHost: x\r\n"
        check("no signature", exchange(port, post + b"Content-Length: 2\r\n\r\n{}"), 401)
        check("GET", exchange(port, b"GET /hook HTTP/1.1\r\nHost: x\r\n\r\n"), 405)
        check("another path", exchange(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), 404)
        check("a large length", exchange(port, post + b"Content-Length: 1048577\r\n\r\n"), 413)
        check("a length that is none", exchange(port, post + b"Content-Length: -1\r\n\r\n"), 400)
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        check("a large body in chunks", exchange(
            port, post + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 17, b"0\r\n\r\n"), 413)
        assert exchange(port, post + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 200) in (None, 413)
        check("no HTTP", exchange(port, b"\x16\x03\x01\r\n\r\n") in (None, 400, 405), True)
        header = b"X: " + b"x" * 200_000 + b"\r\n\r\n"
        assert exchange(port, post + header) in (None, 413, 431, 414)

        # A body whose bytes are no text is refused even where it is signed.
        body = b'{"id":"EV\xff","type":"x","data":{}}'
        stamp = str(int(time.time()))
        code = base64.b64encode(hmac.new(KEY, f"m.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
        check("a body that is no UTF-8", exchange(port, post + (
            f"webhook-id: m\r\nwebhook-timestamp: {stamp}\r\nwebhook-signature: v1,{code}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body), 400)

        log = listener.stop()
        database = sqlite3.connect(f"file:{state}/state.sqlite3?mode=ro", uri=True)
        rows = database.execute("SELECT type, content FROM webhook_event ORDER BY sequence").fetchall()
        check("the kept types", [row[0] for row in rows], TYPES + LEGACY_TYPES + ["message.received"])
        for _, content in rows:
            text = json.loads(content)["data"]
            assert "+16145550142" not in log and json.dumps(text)[:40] not in log, "the log tells an event"

        # Saved deliveries.
        def verify(body, seconds, secret=KEY, **headers):
            signature = hmac.new(secret, f"msg_1.{seconds}.".encode() + body, hashlib.sha256).digest()
            named = {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(seconds),
                     "Webhook-Signature": "v1," + base64.b64encode(signature).decode(), **headers}
            with open(f"{state}/headers", "w") as file:
                file.write("POST /quo HTTP/1.1\r\nHost: example.com\r\n")
                file.writelines(f"{name}: {value}\r\n" for name, value in named.items())
            with open(f"{state}/body", "wb") as file:
                file.write(body)
            return run("webhook", "verify", "--headers", f"{state}/headers", "--body", f"{state}/body")

        body, now = rows[0][1].encode(), int(time.time())
        code, text = verify(body, now)
        check("a saved delivery", (code, text.startswith("valid: Standard Webhooks signature")), (0, True))
        assert "message.received" in text, text
        check("another secret", verify(body, now, secret=b"x" * 24)[0], 1)
        check("an old one", [part in verify(body, now - 4000)[1] for part in ("its signature fits", " s old")], [True] * 2)
        check("no event", verify(b"{}", now)[0], 1)
        check("another scheme", "neither" in run(
            "webhook", "verify", "--headers", "/dev/null", "--body", f"{state}/body")[1], True)
    print("webhook commands: ok")


if __name__ == "__main__":
    main(sys.argv[1])
