"""A phone API on a real socket that misbehaves as it is told. Standard library only."""

import http.client
import json
import re
import socket
import struct
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass

LINE = "+16145550100"
USER = {
    "id": "US1",
    "email": "owner@example.com",
    "firstName": "Olga",
    "lastName": "Owner",
    "role": "owner",
    "createdAt": "2026-01-01T00:00:00.000Z",
    "updatedAt": "2026-01-01T00:00:00.000Z",
}


@dataclass
class Request:
    """One request as it came over the wire."""

    line: str
    head: bytes
    body: bytes

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]

    def header(self, name: str) -> str | None:
        found = re.search(rb"(?im)^%s: *(.*?)\r?$" % name.encode(), self.head)
        return found.group(1).decode() if found else None


Fault = Callable[["API", socket.socket, Request], None]


class API:
    """Serves one workspace with one line and one member, and remembers each request and each text that it delivered.

    `fault` answers in place of it whatever `faulty` says; `answers` replaces the answers of paths. `context` makes it speak TLS. `greet`
    takes a connection before anything is read.
    """

    def __init__(self, address: str = "127.0.0.1", context=None):
        self.address, self.context = address, context
        self.fault: Fault | None = None
        self.greet: Callable[[socket.socket], None] | None = None
        self.faulty: Callable[[Request], bool] = lambda request: True
        self.answers: dict[str, Callable[[Request], dict] | dict] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self.delivered: list[dict] = []
        self.lock = threading.Lock()
        # Keeps the port while nobody listens there, or another test's API would be given it and get this one's requests.
        self.keeper = self.bound(0)
        self.port = self.keeper.getsockname()[1]
        self.open()

    @property
    def url(self) -> str:
        # A certificate is for a name.
        return f"https://localhost:{self.port}" if self.context else f"http://{self.address}:{self.port}"

    def bound(self, port: int) -> socket.socket:
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((self.address, port))
        return bound

    def open(self) -> None:
        """Listens, again at the same port after `close`."""
        self.socket = self.bound(self.port)
        self.socket.listen(64)
        threading.Thread(target=self.accept, args=(self.socket,), daemon=True).start()

    def close(self) -> None:
        # Wakes the thread that accepts, which would otherwise keep the port open.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        try:
            if self.greet:
                return self.greet(connection)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            while request := read_request(connection):
                with self.lock:
                    self.requests.append(request)
                if self.fault and self.faulty(request):
                    self.fault(self, connection, request)
                    break
                self.answer(connection, request)
        except (OSError, ValueError):
            pass  # The client hung up, or refused the certificate: what it says of that is what counts.
        finally:
            connection.close()

    def answer(self, connection: socket.socket, request: Request) -> None:
        path = urllib.parse.urlsplit(request.target).path
        status, content = 200, self.answers.get(path)
        if content is not None:
            content = content(request) if callable(content) else content
        elif request.method == "POST" and path == "/v1/messages":
            status, content = 202, {"data": self.deliver(request)}
        elif path == "/v1/messages":
            content = {"data": self.delivered[::-1][:100], "totalItems": len(self.delivered), "nextPageToken": None}
        elif path == "/v1/phone-numbers":
            content = {"data": [{"id": "PN1", "name": "Main", "number": LINE, "users": [USER]}]}
        elif path == "/v1/users":
            content = {"data": [USER], "totalItems": 1, "nextPageToken": None}
        else:
            content = {"data": [], "totalItems": 0, "nextPageToken": None}
        connection.sendall(response(status, json.dumps(content).encode()))

    def deliver(self, request: Request) -> dict:
        """What a carrier does with a text that the API took."""
        body = json.loads(request.body)
        with self.lock:
            message = {
                "id": f"AC{len(self.delivered) + 1}",
                "to": body["to"],
                "from": LINE,
                "text": body["content"],
                "direction": "outgoing",
                "status": "delivered",
                "phoneNumberId": "PN1",
                "userId": "US1",
                "createdAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
            }
            self.delivered.append(message)
        return message

    def count(self, method: str) -> int:
        with self.lock:
            return sum(request.method == method for request in self.requests)

    def wait(self, method: str, count: int = 1, seconds: float = 20) -> None:
        """Waits until so many requests of a method have come."""
        deadline = time.monotonic() + seconds
        while self.count(method) < count:
            assert time.monotonic() < deadline, f"no {method} came"
            time.sleep(0.005)


def read_request(connection: socket.socket) -> Request | None:
    """The next request of a connection, byte for byte; None at its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65_536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    request = Request(head.split(b"\r\n")[0].decode("latin-1"), head, body)
    while len(request.body) < int(request.header("Content-Length") or 0):
        part = connection.recv(65_536)
        if not part:
            return None
        request.body += part
    return request


def response(status: int, body: bytes = b"", *headers: str, length: int | None = None, kind: str = "application/json") -> bytes:
    """A response; `length` is what it says of its body where that is not so."""
    lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, 'Status')}", *headers]
    if kind:
        lines.append(f"Content-Type: {kind}")
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def reset(connection: socket.socket) -> None:
    """Ends a connection with a reset in place of an orderly end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
