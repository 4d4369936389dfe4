"""The binary under test in a terminal. Standard library only."""
import os
import pty
import select
import signal
import time

from quo_server import binary


class Terminal:
    """The binary in a terminal of its own, watched and typed into."""

    def __init__(self, *arguments, **environment):
        self.screen = ""
        self.seen = 0
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.execve(binary, [binary, *arguments], {**os.environ, **environment})

    def read(self, seconds):
        """Reads what has come; returns whether more may come."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.descriptor, 65_536)
        except OSError:
            return False
        self.screen += data.decode(errors="replace")
        return bool(data)

    def expect(self, text, seconds=20):
        """Waits until a text shows after what was expected before."""
        deadline = time.monotonic() + seconds
        while text not in self.screen[self.seen :]:
            if time.monotonic() > deadline or not self.read(0.1):
                assert text in self.screen[self.seen :], (text, self.screen)
        self.seen = self.screen.index(text, self.seen) + len(text)

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def answer(self, question, text):
        self.expect(question)
        self.type(text)

    def end(self, seconds=20):
        """Waits for the end; returns the whole screen and the status."""
        deadline = time.monotonic() + seconds
        while self.read(0.1):
            if time.monotonic() > deadline:
                os.kill(self.process, signal.SIGKILL)
                raise AssertionError(f"it did not end: {self.screen}")
        os.close(self.descriptor)
        return self.screen, os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def in_terminal(arguments, until, *typed):
    """Runs the binary in a terminal and types a text each time that `until` shows; returns the screen and the status."""
    terminal = Terminal(*arguments)
    for text in typed:
        terminal.answer(until, text)
    return terminal.end()
