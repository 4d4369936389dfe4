"""A peer of a few lines: the official Python server with two tools that ask the API and pass the answers on.

    reference.py API
"""
import sys

import httpx2
from mcp.server import MCPServer

server = MCPServer("quo")
api = httpx2.AsyncClient(base_url=sys.argv[1])


@server.tool()
async def list_phone_numbers() -> str:
    """List the phone numbers of the workspace."""
    return (await api.get("/v1/phone-numbers")).text


@server.tool()
async def list_users() -> str:
    """List the users of the workspace."""
    return (await api.get("/v1/users")).text


server.run()
