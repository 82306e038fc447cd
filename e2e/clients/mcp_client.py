"""Lists the tools of the server with the official Python client, calls one, and has one refused."""
import asyncio
import json
import os

import httpx2
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client


async def main():
    headers = {"Authorization": os.environ["MCP_AUTHORIZATION"]}
    async with httpx2.AsyncClient(headers=headers) as http:
        async with Client(streamable_http_client(os.environ["MCP_URL"], http_client=http)) as client:
            tools = await client.list_tools()
            health = await client.call_tool("getHealth", {})
            try:
                await client.call_tool("getTrace", {"traceId": "none"})
                refused = None
            except MCPError as error:
                refused = error.code
            print(
                json.dumps(
                    {
                        "server": client.server_info.name,
                        "tools": [tool.name for tool in tools.tools],
                        "health": json.loads(health.content[0].text),
                        "refused": refused,
                    }
                )
            )


asyncio.run(main())
