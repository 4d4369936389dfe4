"""quo-mcp listen while a test runs; a test that fails leaves none behind, which would keep whoever waits for its output waiting."""

import atexit
import subprocess
import threading


class Listener:
    def __init__(self, binary, environment, *words):
        self.process = subprocess.Popen([binary, "listen", *words], env=environment, stderr=subprocess.PIPE, text=True)
        atexit.register(self.kill)
        self.lines = [self.process.stderr.readline()]
        assert "taking webhooks at" in self.lines[0], f"the listener does not listen: {self.lines[0]}"
        self.port = int(self.lines[0].split("127.0.0.1:")[1].split("/")[0])
        # A log that nobody reads would fill its pipe.
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=10):
        """Ends it as a person would, within that time; returns its log."""
        self.process.terminate()
        status = self.process.wait(seconds)
        assert status == 0, f"a listener that is asked to end does so with {status}"
        self.reader.join(60)
        return "".join(self.lines)
