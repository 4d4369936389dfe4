"""What a client and a server said to each other, kept for the check against the official schemas.

Where MCP_TRANSCRIPTS names a folder, every session becomes a file in it: JSON Lines of {"direction": "in" or "out", "line": "..."}, seen from
the server, in the order in which the client wrote and read. Where it does not, nothing is kept.
"""
import itertools
import json
import os
import threading

_numbers = itertools.count(1)


class Transcript:
    def __init__(self, name: str, folder: str | None = os.environ.get("MCP_TRANSCRIPTS")):
        self.file = None
        self.lock = threading.Lock()
        self.rest = {"in": b"", "out": b""}
        if folder:
            path = os.path.join(folder, f"{name}.{os.getpid()}-{next(_numbers)}.jsonl")
            self.file = open(path, "w", encoding="utf-8", buffering=1)

    def record(self, direction: str, data: bytes) -> None:
        """Keeps what was just read, or is about to be written; lines may come in pieces."""
        if not self.file:
            return
        with self.lock:
            *lines, self.rest[direction] = (self.rest[direction] + data).split(b"\n")
            for line in lines:
                self.write(direction, line)

    def end_input(self) -> None:
        """Keeps a last line of the client that it ended without a newline."""
        if self.file and self.rest["in"]:
            with self.lock:
                self.write("in", self.rest["in"])

    def write(self, direction: str, line: bytes) -> None:
        self.file.write(json.dumps({"direction": direction, "line": line.decode("utf-8", "backslashreplace")}) + "\n")

    def close(self) -> None:
        if self.file:
            self.file.close()
            self.file = None
