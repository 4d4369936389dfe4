"""The official client of the revisions that begin with initialize (mcp 1.30.0), behind the interface of drive.py."""
from contextlib import asynccontextmanager

import mcp.types as types
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

MODES = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]


def asks(mode):
    """Whether a server may ask the user through a form in this mode."""
    return mode >= "2025-06-18"


class Connection:
    def __init__(self, session, version, instructions):
        self.session, self.version, self.instructions = session, version, instructions

    async def tools(self):
        answer = await self.session.list_tools()
        return [tool.model_dump(exclude_none=True, by_alias=True) for tool in answer.tools]

    async def call(self, name, arguments):
        result = await self.session.call_tool(name, arguments)
        return bool(result.isError), result.content[0].text, result.structuredContent


@asynccontextmanager
async def connect(mode, command, environment, answer):
    async def elicited(_, request):
        action, content = answer(request.message, request.requestedSchema)
        return types.ElicitResult(action=action, content=content)

    async def received(message):
        if isinstance(message, Exception):
            raise message

    types.LATEST_PROTOCOL_VERSION = mode
    parameters = StdioServerParameters(command=command[0], args=command[1:], env=environment)
    async with stdio_client(parameters) as (read, write):
        async with ClientSession(
            read, write, elicitation_callback=elicited if answer else None, message_handler=received
        ) as session:
            opened = await session.initialize()
            yield Connection(session, opened.protocolVersion, opened.instructions)
