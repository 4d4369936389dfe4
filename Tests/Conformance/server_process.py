"""A server process that is spoken to line by line. Standard library only."""
import json
import os
import select
import subprocess
import tempfile
import time

from transcript import Transcript

PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion"
CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
CLIENT_INFO = "io.modelcontextprotocol/clientInfo"
MODERN = "2026-07-28"


def envelope(capabilities: dict | None = None, version: str = MODERN, **more) -> dict:
    """The _meta of a modern request."""
    return {PROTOCOL_VERSION: version, CLIENT_CAPABILITIES: capabilities or {}, **more}


class ServerProcess:
    def __init__(self, command: list[str], name: str, environment: dict[str, str] | None = None):
        self.transcript = Transcript(name)
        self.buffer = b""
        # A file takes whatever is logged, while nobody reads it.
        self.log_file = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log_file, bufsize=0, env=environment
        )

    def write(self, data: bytes) -> None:
        self.transcript.record("in", data)
        rest = memoryview(data)
        while rest:
            rest = rest[self.process.stdin.write(rest) :]

    def send(self, method: str, params: dict | None = None, identifier: int | str = 1) -> None:
        self.write_message({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params or {}})

    def notify(self, method: str, params: dict | None = None) -> None:
        self.write_message({"jsonrpc": "2.0", "method": method, **({"params": params} if params is not None else {})})

    def write_message(self, message) -> None:
        self.write(json.dumps(message).encode() + b"\n")

    def receive_line(self, seconds: float = 20) -> bytes | None:
        """The next line of the server; None where none comes in time, and an error where it ended."""
        deadline = time.monotonic() + seconds
        searched = 0
        while (end := self.buffer.find(b"\n", searched)) < 0:
            searched = len(self.buffer)
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                return None
            data = os.read(self.process.stdout.fileno(), 1 << 20)
            assert data, f"the server ended with status {self.process.wait()}"
            self.transcript.record("out", data)
            self.buffer += data
        line, self.buffer = self.buffer[:end], self.buffer[end + 1 :]
        return line

    def receive(self, seconds: float = 20):
        line = self.receive_line(seconds)
        assert line is not None, "no answer came"
        return json.loads(line)

    def silent(self, seconds: float) -> bool:
        """Whether the server writes nothing for that long."""
        return self.receive_line(seconds) is None

    def ask(self, method: str, params: dict | None = None, identifier: int | str = 1):
        self.send(method, params, identifier)
        return self.receive()

    def end(self, seconds: float = 8) -> tuple[int, bytes, str, float]:
        """Closes the input; returns status, what was written after, the log, and how long it took."""
        start = time.monotonic()
        self.transcript.end_input()
        self.process.stdin.close()
        output = self.buffer
        while data := os.read(self.process.stdout.fileno(), 1 << 20):
            self.transcript.record("out", data)
            output += data
        status = self.process.wait(seconds)
        took = time.monotonic() - start
        self.process.stdout.close()
        self.transcript.close()
        return status, output, self.log(), took

    def log(self) -> str:
        self.log_file.seek(0)
        return self.log_file.read().decode()

    def kill(self) -> None:
        """Ends the process whatever it is doing; harmless after its end."""
        self.process.kill()
        self.process.wait()
        self.transcript.close()
