"""The MCP client of the OpenAI Agents SDK, behind the interface of drive.py. It cannot show forms."""
from contextlib import asynccontextmanager

from agents.mcp import MCPServerStdio

MODES = ["auto"]


def asks(mode):
    """Whether a server may ask the user through a form in this mode."""
    return False


class Connection:
    def __init__(self, server):
        self.server, self.version, self.instructions = server, server.session.protocol_version, server.session.instructions

    async def tools(self):
        return [tool.model_dump(exclude_none=True, by_alias=True) for tool in await self.server.list_tools()]

    async def call(self, name, arguments):
        result = await self.server.call_tool(name, arguments)
        return bool(result.is_error), result.content[0].text, result.structured_content


@asynccontextmanager
async def connect(mode, command, environment, answer):
    parameters = {"command": command[0], "args": command[1:], "env": environment}
    async with MCPServerStdio(params=parameters, client_session_timeout_seconds=30) as server:
        yield Connection(server)
