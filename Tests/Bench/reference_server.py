"""The official Python server with the tool that core.py calls."""
from mcp.server.mcpserver import MCPServer

server = MCPServer("reference")


@server.tool(structured_output=False)
def test_simple_text() -> str:
    """Answers text."""
    return "This is a simple text response for testing."


server.run("stdio")
