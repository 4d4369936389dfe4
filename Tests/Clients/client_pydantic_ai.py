"""Pydantic AI with an agent that does as it is told, behind the interface of drive.py."""
import warnings
from contextlib import asynccontextmanager

from fastmcp.client.elicitation import ElicitResult
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset, StdioTransport
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import FunctionModel

MODES = ["auto"]
# It says that it will never ask the user where a connection has no requests of the server, and then does.
warnings.filterwarnings("ignore", "`elicitation_handler` will never be called")


def asks(mode):
    """Whether a server may ask the user through a form in this mode."""
    return True


class Connection:
    def __init__(self, toolset):
        self.toolset, self.version, self.instructions = toolset, toolset.client.protocol_version, toolset.instructions

    async def tools(self):
        return [tool.model_dump(exclude_none=True, by_alias=True) for tool in await self.toolset.list_tools()]

    async def call(self, name, arguments):
        """Lets an agent call the tool; what its model is told is the structured content alone, where there is any."""

        def model(messages, _):
            if isinstance(messages[-1].parts[-1], ToolReturnPart):
                return ModelResponse(parts=[TextPart("done")])
            return ModelResponse(parts=[ToolCallPart(name, arguments)])

        run = await Agent(FunctionModel(model), toolsets=[self.toolset]).run("Call the tool.")
        [told] = [part for message in run.all_messages() for part in message.parts if isinstance(part, ToolReturnPart)]
        structured = isinstance(told.content, dict)
        return told.outcome != "success", None if structured else str(told.content), told.content if structured else None


@asynccontextmanager
async def connect(mode, command, environment, answer):
    async def elicited(message, response_type, params, context):
        action, content = answer(message, params.requested_schema)
        return ElicitResult(action=action, content=content)

    toolset = MCPToolset(
        StdioTransport(command[0], command[1:], env=environment, keep_alive=False),
        elicitation_handler=elicited if answer else None, tool_error_behavior="failed",
    )
    async with toolset:
        yield Connection(toolset)
