"""A peer of a few lines: FastMCP makes a tool of each operation of the API's document, and passes the answers on.

    from_openapi.py DOCUMENT API
"""
import json
import sys

import httpx2
from fastmcp import FastMCP

with open(sys.argv[1]) as file:
    document = json.load(file)
FastMCP.from_openapi(document, client=httpx2.AsyncClient(base_url=sys.argv[2]), validate_output=False).run(show_banner=False)
