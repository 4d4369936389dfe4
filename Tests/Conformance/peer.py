"""A client of any revision, as the scenarios need one."""
from collections.abc import Callable

from server_process import CLIENT_INFO, MODERN, ServerProcess, envelope

LEGACY = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
ALL = [*LEGACY, MODERN]
CLIENT = {"name": "conformance", "version": "1.0.0"}
# A method that a server asks for, and how this client answers its parameters.
Answers = dict[str, Callable[[dict], dict]]


class RequestError(Exception):
    """The error with which a server answered."""

    def __init__(self, error: dict):
        super().__init__(error)
        self.code, self.data = error["code"], error.get("data")
        assert isinstance(error["message"], str) and error["message"], error


class Peer:
    """A connection of one revision.

    `notifications` are those that came, `asked` what the server asked the client for, in order.
    """

    def __init__(self, process: ServerProcess, revision: str, capabilities: dict | None = None, answers: Answers | None = None):
        self.process, self.revision, self.capabilities = process, revision, capabilities or {}
        self.answers: Answers = answers or {}
        self.notifications: list[dict] = []
        self.asked: list[tuple[str, dict]] = []
        self.early: dict[int | str, dict] = {}
        self.last = 0
        if not self.modern:
            opening = {"protocolVersion": revision, "capabilities": self.capabilities, "clientInfo": CLIENT}
            self.opened = self.request("initialize", opening)
            process.notify("notifications/initialized")

    @property
    def modern(self) -> bool:
        return self.revision == MODERN

    def has(self, revision: str) -> bool:
        """Whether the connection's revision is that one or a later one."""
        return self.revision >= revision

    def send(self, method: str, params: dict | None = None, **meta) -> int:
        """Sends a request, and returns its id."""
        self.last += 1
        if self.modern:
            meta = {**envelope(self.capabilities), CLIENT_INFO: CLIENT, **meta}
        self.process.send(method, {**(params or {}), **({"_meta": meta} if meta else {})}, self.last)
        return self.last

    def request(self, method: str, params: dict | None = None, **meta) -> dict:
        return self.result(self.send(method, params, **meta))

    def result(self, identifier: int) -> dict:
        """The result of a request that was sent."""
        while identifier not in self.early:
            self.take(self.process.receive())
        answer = self.early.pop(identifier)
        if "error" in answer:
            raise RequestError(answer["error"])
        return answer["result"]

    def take(self, message: dict) -> None:
        """Keeps a response or a notification, and answers a request."""
        if "method" not in message:
            self.early[message["id"]] = message
        elif "id" not in message:
            self.notifications.append(message)
        else:
            assert not self.modern, f"a modern server may ask for nothing by a request: {message}"
            self.asked.append((message["method"], message.get("params", {})))
            result = self.answers[message["method"]](message.get("params", {}))
            self.process.write_message({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def notification(self, method: str, seconds: float = 10) -> dict:
        """The parameters of the next notification of that method, which may have come already."""
        while True:
            for index, message in enumerate(self.notifications):
                if message["method"] == method:
                    return self.notifications.pop(index).get("params", {})
            self.take(self.process.receive(seconds))

    def named(self, method: str) -> list[dict]:
        """The parameters of all notifications of a method that have come."""
        return [message["params"] for message in self.notifications if message["method"] == method]

    def call(self, tool: str, arguments: dict | None = None, **meta) -> dict:
        return self.request("tools/call", {"name": tool, "arguments": arguments or {}}, **meta)

    def again(self, tool: str, responses: dict | None = None, state: str | None = None) -> dict:
        """Enters a tool again with what it asked for."""
        params = {"name": tool, "arguments": {}}
        if responses is not None:
            params["inputResponses"] = responses
        if state is not None:
            params["requestState"] = state
        return self.request("tools/call", params)

    def refusal(self, method: str, params: dict | None = None, **meta) -> RequestError:
        """The error that a request must be answered with."""
        try:
            result = self.request(method, params, **meta)
        except RequestError as error:
            return error
        raise AssertionError(f"{method} was answered: {result}")


def text_of(result: dict) -> str:
    """The text of a result that consists of one text."""
    assert [block["type"] for block in result["content"]] == ["text"], result
    return result["content"][0]["text"]
