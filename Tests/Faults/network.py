"""What servers and the way to them do to a read and to a text. Standard library only, and openssl for certificates."""

import gzip
import itertools
import os
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import certificates
from api import API, Fault, Request, reset, response
from machine import KEY, envelope
from mounts import NO_MOUNTS
from rows import Seen, both, check, expect, machine, reads, row

# What libcurl trusts on Debian; the tests' own authority is mounted in its place.
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
NO_TLS = NO_MOUNTS or (None if os.path.exists(BUNDLE) and shutil.which("openssl") else f"there is no {BUNDLE} or no openssl")


def ends(function: Callable[..., None]) -> Fault:
    """A fault that writes, and then ends the connection in order."""
    return lambda api, connection, request: function(connection)


# What servers do. Those that take a text and fail afterwards have delivered it: the worst that can be.


def delivering(fault: Fault) -> Fault:
    def act(api, connection, request):
        if request.method == "POST":
            api.deliver(request)
        fault(api, connection, request)

    return act


def says(status: int, body: bytes = b"{}", *headers: str, **more) -> Fault:
    return lambda api, connection, request: connection.sendall(response(status, body, *headers, **more))


def trickle(before: bytes, piece: bytes) -> Fault:
    """Sends a start, and then a piece each tenth of a second for ever."""

    def act(api, connection, request):
        connection.sendall(before)
        while True:
            connection.sendall(piece)
            time.sleep(0.1)

    return act


def slowly(api: API, connection, request: Request) -> None:
    """Answers rightly, a byte at a time."""
    data = response(202 if request.method == "POST" else 200, b'{"data": [], "totalItems": 0, "nextPageToken": null}')
    if request.method == "POST":
        data = response(202, b'{"data": {"id": "AC9", "status": "queued"}}')
    for position in range(len(data)):
        connection.sendall(data[position : position + 1])
        time.sleep(0.005)


def silence(api: API, connection, request: Request) -> None:
    while connection.recv(65_536):
        pass  # Until the client gives up.


def flood(before: bytes, line: Callable[[int], bytes]) -> Fault:
    """Sends lines without end, as fast as they are taken."""

    def act(api, connection, request):
        connection.sendall(before)
        for number in itertools.count():
            connection.sendall(line(number))

    return act


OPENING = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ERROR = b'{"message": "failed", "code": "0201500", "status": 500, "title": "Unknown", "docs": ""}'
LIMITED = b'{"message": "Too many requests", "code": "0201429", "status": 429, "title": "Too Many Requests", "docs": ""}'
BIG = b'{"data": "' + b" " * (17 << 20) + b'"}'


def http_date(seconds: float) -> str:
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + seconds))


UNKNOWN = ["UNKNOWN OUTCOME", "must not be repeated"]
SLOW = ["HOST did not answer completely in time", "try again later"]
BROKEN = ["The connection to HOST broke", "try again later"]
TOO_LARGE = ["larger than 16777216 bytes", "Ask for less"]
NO_JSON = ["no JSON", "fault of the API or of something between"]
INSIDE = ["Quo failed inside or could not be reached behind its gateway", "try again later"]
LIMIT = ["limit of 10 requests a second"]
SOON = [*LIMIT, "Try again in a few seconds"]
NO_KEY = ["did not accept the API key", "Trying again does not help"]


@dataclass
class Answer:
    """How a server answers, how often a read tries, and what is told of it.

    Nothing that is told means the answer itself. A text that is refused was certainly not delivered, any other may have been.
    """

    name: str
    fault: Fault
    attempts: int
    read: list[str] | None
    text: list[str] | None
    is_refusal: bool = False


def limited(name: str, *headers: str, attempts: int, words: list[str]) -> Answer:
    return Answer(name, says(429, LIMITED, *headers), attempts, words, words, is_refusal=True)


NOW, LATER, BEFORE = [http_date(seconds) for seconds in (0, 3600, -3600)]
PAGE = "<html><title>Bad Gateway</title></html>"
ANSWERS = [
    Answer("an answer a byte at a time, whole", slowly, 1, None, None),
    Answer("the header never ends, a byte at a time", trickle(OPENING + b"X-A: ", b"a"), 1, SLOW, UNKNOWN),
    Answer("the body never ends, a byte at a time", trickle(response(200, b'{"data": "', length=99_999), b"a"), 1, SLOW, UNKNOWN),
    Answer("takes the request and never answers", silence, 1, SLOW, UNKNOWN),
    # libcurl takes what came before the end for the whole header, and so for an answer without a body.
    Answer("ends within the header", ends(lambda c: c.sendall(OPENING[:40])), 1, ["an empty body", NO_JSON[1]], UNKNOWN),
    Answer("ends within the body", says(200, b'{"data": [', length=500), 4, BROKEN, UNKNOWN),
    Answer("ends before any answer", ends(lambda c: None), 4, BROKEN, UNKNOWN),
    Answer("resets the connection", ends(reset), 4, BROKEN, UNKNOWN),
    Answer(
        "no HTTP",
        ends(lambda c: c.sendall(b"220 mail.example.com ESMTP\r\n")),
        4,
        ["The answer of HOST could not be read", "try again later"],
        UNKNOWN,
    ),
    Answer("17 MiB of JSON", says(200, BIG), 1, TOO_LARGE, UNKNOWN),
    Answer("17 KB that unpack to 17 MiB", says(200, gzip.compress(BIG), "Content-Encoding: gzip"), 1, TOO_LARGE, UNKNOWN),
    Answer("malformed JSON", says(200, b'{"data": [}'), 1, NO_JSON, UNKNOWN),
    Answer("JSON 100,000 deep", says(200, b"[" * 100_000), 1, NO_JSON, UNKNOWN),
    Answer("JSON that is no object", says(200, b"[1]"), 1, ["JSON that is no object", NO_JSON[1]], UNKNOWN),
    Answer("bytes that are no text", says(200, b'{"data": "\xff\xfe"}'), 1, NO_JSON, UNKNOWN),
    Answer("200 with a web page", says(200, PAGE.encode(), kind="text/html"), 1, NO_JSON, UNKNOWN),
    Answer("200 with nothing", says(200, b"", kind=""), 1, ["an empty body", NO_JSON[1]], UNKNOWN),
    Answer(
        "header lines without end",
        flood(OPENING, lambda n: b"X-%d: %s\r\n" % (n, b"a" * 900)),
        4,
        [*BROKEN, "Too large response headers"],
        UNKNOWN,
    ),
    Answer(
        "103 Early Hints without end",
        flood(b"", lambda n: b"HTTP/1.1 103 Early Hints\r\nLink: </%d>\r\n\r\n" % n),
        4,
        [*BROKEN, "Too large response headers"],
        UNKNOWN,
    ),
    limited("429 always", attempts=4, words=SOON),
    limited("429, Retry-After: 1", "Retry-After: 1", attempts=4, words=[*LIMIT, "wait 1 s"]),
    limited("429, Retry-After: 86400", "Retry-After: 86400", attempts=1, words=[*LIMIT, "wait 86400 s"]),
    limited(f"429, Retry-After: {'9' * 20}", f"Retry-After: {'9' * 20}", attempts=1, words=[*LIMIT, "wait 1000000000 s"]),
    limited("429, Retry-After: -5", "Retry-After: -5", attempts=4, words=SOON),
    limited(
        "429, Retry-After: a date in an hour", f"Date: {NOW}", f"Retry-After: {LATER}", attempts=1, words=[*LIMIT, "wait 3600 s"]
    ),
    limited("429, Retry-After: a date that is past", f"Date: {NOW}", f"Retry-After: {BEFORE}", attempts=4, words=SOON),
    Answer("500 always", says(500, ERROR), 4, INSIDE, UNKNOWN),
    Answer(
        "502 with a web page, always",
        says(502, PAGE.encode(), kind="text/html"),
        4,
        [*INSIDE, "Bad Gateway (a web page)"],
        UNKNOWN,
    ),
    Answer("503, Retry-After: 86400", says(503, ERROR, "Retry-After: 86400"), 1, INSIDE, UNKNOWN),
    Answer("504 always", says(504, b"", kind=""), 4, INSIDE, UNKNOWN),
    Answer(
        "401 that repeats the key", says(401, ('{"message": "bad key %s"}' % KEY).encode()), 1, NO_KEY, NO_KEY, is_refusal=True
    ),
]


def read_row(fault: Fault, attempts: int, words: list[str] | None) -> Seen:
    api = API()
    with machine(api) as phone:
        server = phone.start()
        api.fault, api.faulty = fault, lambda request: True
        text = expect(words, server.call("list_users", {}), api)
        # Lines and contacts are read beside it, in the background.
        asked = [request.line for request in api.requests if request.line == api.requests[0].line]
        check(len(asked) == attempts, f"{len(asked)} requests")
        api.fault = None
        return Seen(text, f"{attempts} GET", reads(server))


def send_row(fault: Fault, words: list[str] | None, may_be_delivered: bool) -> Seen:
    api = API()
    with machine(api) as phone:
        server = phone.start()
        api.fault = delivering(fault) if may_be_delivered else fault
        api.faulty = lambda request: request.method == "POST"
        text = expect(words, server.text("Ten minutes late"), api)
        check(api.count("POST") == 1, f"{api.count('POST')} POST")
        api.fault = None
        again = server.text("Ten minutes late")["structuredContent"]
        check(len(api.delivered) == 1, f"delivered {len(api.delivered)} times", again)
        check(again.get("duplicate") is True if may_be_delivered else again["performed"] is True, again)
        check(server.text("On the way")["structuredContent"]["performed"] is True)
        check(len(api.delivered) == 2, api.delivered)
        return Seen(text, "1 POST", "the same again: " + ("found in the thread" if may_be_delivered else "sent once"))


for _answer in ANSWERS:
    row("read", _answer.name)(lambda a=_answer: read_row(a.fault, a.attempts, a.read))
    row("text", _answer.name)(lambda a=_answer: send_row(a.fault, a.text, not a.is_refusal))


@row("text", "resets the connection without delivering it")
def lost_text() -> Seen:
    api = API()
    with machine(api) as phone:
        server = phone.start()
        api.fault, api.faulty = ends(reset), lambda request: request.method == "POST"
        text = expect(UNKNOWN, server.text("Ten minutes late"), api)
        api.fault = None
        again = expect(["Nothing was sent", "may have gone out", "Ask again at"], server.text("Ten minutes late"))
        check(api.count("POST") == 1 and not api.delivered, api.requests)
        check(server.text("On the way")["structuredContent"]["performed"] is True)
        return Seen(text, "1 POST", f"the same again: {again}")


@row("text", "500 for the thread that the guard must read first")
def unreadable_thread() -> Seen:
    api = API()
    with machine(api) as phone:
        server = phone.start()
        api.fault, api.faulty = says(500, ERROR), lambda request: request.target.startswith("/v1/messages")
        text = expect(["Nothing was sent", "Quo failed inside"], server.text("Ten minutes late"), api)
        check(api.count("POST") == 0, api.requests)
        api.fault = None
        check(server.text("Ten minutes late")["structuredContent"]["performed"] is True and len(api.delivered) == 1)
        return Seen(text, "0 POST", "the same again: sent once")


# Redirects: the key goes to no other server.


def redirect_row(status: int, is_text: bool) -> Seen:
    other = API("127.0.0.2")
    fault = says(status, b"", f"Location: {other.url}/v1/messages", kind="")
    words = ["answered with a redirect, which is not followed", "QUO_BASE_URL"]
    seen = send_row(fault, [*words, *UNKNOWN], True) if is_text else read_row(fault, 1, words)
    check(other.connections == 0, "the redirect was followed")
    return Seen(seen.told, seen.requests + ", 0 at the other server", seen.next)


for _status in [301, 302, 303, 307, 308]:
    row("read", f"{_status} to another server")(lambda s=_status: redirect_row(s, False))
    row("text", f"{_status} to another server")(lambda s=_status: redirect_row(s, True))


# Connections that are not made.


def connection_row(
    api: API,
    words: list[str],
    repair: Callable[[], None],
    is_text: bool,
    connections: int | None,
    url: str = "",
) -> Seen:
    """Of a server that cannot be reached until it is repaired; a text then needs what the guard reads first."""
    with machine(url or api.url) as phone:
        server = phone.start()
        text = expect(words, server.text("Ten minutes late") if is_text else server.call("list_users", {}), api)
        check(not api.requests, "a request came through", api.requests)
        check(connections is None or api.connections == connections, f"{api.connections} connections")
        repair()
        if not is_text:
            return Seen(text, "none", reads(server))
        again = server.text("Ten minutes late")["structuredContent"]
        check(again["performed"] is True and len(api.delivered) == 1, again, api.delivered)
        return Seen(text, "none", "the same again: sent once")


@both("refuses connections")
def refused(is_text: bool) -> Seen:
    api = API()
    api.close()
    words = ["No connection to HOST could be made", "Check this machine's network"]
    return connection_row(api, words, api.open, is_text, 0)


@both("accepts no connection, its queue is full")
def full_queue(is_text: bool) -> Seen:
    api = API()
    api.close()
    listening = api.bound(api.port)
    listening.listen(0)
    waiting = []
    for _ in range(3):
        waiting.append(socket.socket())
        waiting[-1].setblocking(False)
        waiting[-1].connect_ex((api.address, api.port))

    def repair():
        for each in [*waiting, listening]:
            each.close()
        api.open()

    return connection_row(api, ["HOST did not accept a connection in time"], repair, is_text, 0)


@both("a name that does not resolve")
def no_name(is_text: bool) -> Seen:
    with machine("https://api.quo.invalid") as phone:
        server = phone.start()
        words = ["The name has no address", "api.quo.invalid", "QUO_BASE_URL"]
        text = expect(words, server.text("Ten minutes late") if is_text else server.call("list_users", {}))
        expect(None, server.call("guard_status", {}))
        return Seen(text, "none", "guard_status answers")


def tls_row(context, words: list[str], is_text: bool, connections: int) -> Seen:
    api = API(context=context)

    def repair():
        api.context = certificates.context("good")

    return connection_row(api, words, repair, is_text, connections)


for _name, _certificate, _words in [
    ("a certificate that it signed itself", "self-signed", ["self-signed certificate"]),
    ("a certificate for another name", "other-name", ["subject name"]),
    ("a certificate that has expired", "expired", ["expired"]),
]:
    both(_name, NO_TLS)(
        lambda is_text, c=_certificate, w=_words: tls_row(
            certificates.context(c), ["No trusted connection to HOST", *w, "Trying again does not help"], is_text, 1
        )
    )


@both("TLS 1.1 at most", NO_TLS)
def old_tls(is_text: bool) -> Seen:
    return tls_row(certificates.context("good", old=True), ["No trusted connection to HOST"], is_text, 1)


def no_handshake(greet: Callable[..., None], words: list[str], is_text: bool) -> Seen:
    """Of a server without TLS at an address that expects it."""
    api = API(context=certificates.context("good"))
    tls, url, api.context, api.greet = api.context, api.url, None, greet

    def repair():
        api.context, api.greet = tls, None

    return connection_row(api, words, repair, is_text, None, url)


both("plain HTTP where TLS is expected", NO_TLS)(
    lambda is_text: no_handshake(
        lambda connection: connection.sendall(response(400)), ["No trusted connection to HOST", "wrong version number"], is_text
    )
)

def cut(connection: socket.socket, by_reset: bool) -> None:
    connection.recv(1000)
    if by_reset:
        reset(connection)
    else:
        connection.close()


for _name, _by_reset in [("resets the connection while hands are shaken", True), ("closes it while hands are shaken", False)]:
    both(_name, NO_TLS)(
        lambda is_text, r=_by_reset: no_handshake(
            lambda connection: cut(connection, r), ["HOST broke while it was being secured", "try again later"], is_text
        )
    )
both("accepts and never shakes hands", NO_TLS)(
    lambda is_text: no_handshake(
        lambda connection: silence(None, connection, None), ["HOST made no secure connection in time", "try again later"], is_text
    )
)


@row("read", "plain HTTP to another machine")
def plain_http() -> Seen:
    with machine("http://192.0.2.1") as phone:
        server = phone.start()
        text = expect(["plain http to another machine", "use https"], server.call("list_users", {}))
        check(server.ask("tools/list", {"_meta": envelope()}, 77)["result"]["tools"])
        return Seen(text, "none", "tools are listed")
