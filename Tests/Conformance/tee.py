"""Runs a server between a client and itself, and keeps what they say.

usage: tee.py FOLDER NAME COMMAND...
"""
import os
import subprocess
import sys
import threading

from transcript import Transcript


def main() -> int:
    transcript = Transcript(sys.argv[2], sys.argv[1])
    server = subprocess.Popen(sys.argv[3:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def forward_input() -> None:
        while data := os.read(0, 1 << 20):
            transcript.record("in", data)
            try:
                server.stdin.write(data)
            except BrokenPipeError:
                return
        transcript.end_input()
        server.stdin.close()

    # The client may never close its side, and need not.
    threading.Thread(target=forward_input, daemon=True).start()
    while data := os.read(server.stdout.fileno(), 1 << 20):
        transcript.record("out", data)
        os.write(1, data)
    return server.wait()


os._exit(main())
