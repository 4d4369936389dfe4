"""FastMCP's client, behind the interface of drive.py."""
from contextlib import asynccontextmanager

from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport

MODES = ["auto", "legacy"]


def asks(mode):
    """Whether a server may ask the user through a form in this mode."""
    return True


class Connection:
    def __init__(self, client):
        self.client, self.version, self.instructions = client, client.protocol_version, client.instructions

    async def tools(self):
        return [tool.model_dump(exclude_none=True, by_alias=True) for tool in await self.client.list_tools()]

    async def call(self, name, arguments):
        result = await self.client.call_tool(name, arguments, raise_on_error=False)
        return bool(result.is_error), result.content[0].text, result.structured_content


@asynccontextmanager
async def connect(mode, command, environment, answer):
    async def elicited(message, response_type, params, context):
        action, content = answer(message, params.requested_schema)
        return ElicitResult(action=action, content=content)

    transport = StdioTransport(command[0], command[1:], env=environment, keep_alive=False)
    async with Client(transport, mode=mode, elicitation_handler=elicited if answer else None) as client:
        yield Connection(client)
