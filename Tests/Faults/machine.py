"""A machine on which the binary under test runs: its state, its settings, and what can be broken about it. Standard library only."""

import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Conformance"))
from quo_server import KEY, SURROUNDINGS, binary
from server_process import ServerProcess, envelope

# The owner allows these sends beforehand, so that each is one call; what follows an approval is the same.
UNATTENDED = {
    "profile": "unattended",
    "recipients": {"allow": ["+1614"]},
    "quietHours": {"enabled": False, "unknownZone": "allow"},
    "budgets": dict.fromkeys(
        [
            "sendsPerMinute",
            "sendsPerHour",
            "sendsPerDay",
            "perRecipientPerHour",
            "perRecipientPerDay",
            "newRecipientsPerDay",
            "segmentsPerDay",
            "centsPerDay",
        ],
        1_000_000,
    ),
}
# The owner is asked about each text, at any hour.
ASKING = {"quietHours": {"enabled": False}}
PERSON = "+16145550101"


class Machine:
    """A folder for the state, a configuration, and the processes that were started on it."""

    def __init__(self, url: str, configuration: dict | None = UNATTENDED, **environment: str):
        self.folder = tempfile.mkdtemp()
        self.state = f"{self.folder}/state"
        os.mkdir(self.state, 0o700)
        self.environment = {
            **SURROUNDINGS,
            "HOME": self.folder,
            "QUO_MCP_STATE": self.state,
            "QUO_API_KEY": KEY,
            "QUO_BASE_URL": url,
            **environment,
        }
        if configuration is not None:
            path = f"{self.folder}/config.json"
            with open(path, "w", encoding="utf-8") as file:
                json.dump(configuration, file)
            self.environment["QUO_MCP_CONFIG"] = path
        self.servers: list[Server] = []

    def start(self, command: list[str] | None = None, **environment: str) -> "Server":
        server = Server(command or [binary], pathlib.Path(sys.argv[0]).stem, {**self.environment, **environment})
        self.servers.append(server)
        return server

    def end(self) -> str:
        """Ends every process, and returns what they logged."""
        for server in self.servers:
            server.kill()
        return "".join(server.log() for server in self.servers)


class Server(ServerProcess):
    """A quo-mcp process, called by a client that cannot show forms unless it says otherwise."""

    last = 0

    def call(self, tool: str, arguments: dict, capabilities: dict | None = None, seconds: float = 150, **more) -> dict:
        self.last += 1
        params = {"name": tool, "arguments": arguments, "_meta": envelope(capabilities), **more}
        self.send("tools/call", params, self.last)
        return self.receive(seconds)["result"]

    def text(self, text: str, to: str = PERSON, **more) -> dict:
        return self.call("send_message", {"from": "PN1", "to": to, "text": text}, **more)


def told(result: dict) -> str:
    """What an agent reads of a result."""
    return "\n".join(block.get("text", "") for block in result.get("content", []))
