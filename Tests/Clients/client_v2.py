"""The official client of both eras (mcp 2.3.0), behind the interface of drive.py."""
from contextlib import asynccontextmanager

import mcp_types as types
from mcp import Client, StdioServerParameters

MODES = ["auto", "legacy", "2026-07-28"]


def asks(mode):
    """Whether a server may ask the user through a form in this mode."""
    return True


class Connection:
    def __init__(self, client):
        self.client, self.version, self.instructions = client, client.protocol_version, client.instructions

    async def tools(self):
        answer = await self.client.list_tools()
        return [tool.model_dump(exclude_none=True, by_alias=True) for tool in answer.tools]

    async def call(self, name, arguments):
        result = await self.client.call_tool(name, arguments)
        return bool(result.is_error), result.content[0].text, result.structured_content


@asynccontextmanager
async def connect(mode, command, environment, answer):
    async def elicited(_, request):
        action, content = answer(request.message, request.requested_schema)
        return types.ElicitResult(action=action, content=content)

    async def received(message):
        if isinstance(message, Exception):
            raise message

    parameters = StdioServerParameters(command=command[0], args=command[1:], env=environment)
    async with Client(
        parameters, mode=mode, elicitation_callback=elicited if answer else None, message_handler=received
    ) as client:
        yield Connection(client)
