"""Asks `msilog mcp` by the protocol's own Python client, in both eras of the protocol.

Usage: mcp_client.py MSILOG FOLDER (a folder with at least one failed log)
"""
import asyncio
import sys

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main():
    server = StdioServerParameters(command=sys.argv[1], args=["mcp", sys.argv[2]])
    for mode in ("legacy", "auto"):
        async with Client(stdio_client(server), mode=mode) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            assert {"analyse", "show_lines", "compare", "explain", "rules"} <= tools, tools
            answer = await client.call_tool("analyse", {})
            assert not answer.is_error and "signature" in answer.content[0].text, answer
            answer = await client.call_tool("analyse", {"path": "/etc/passwd"})
            assert answer.is_error, answer
            print(f"mcp: {mode}: ok, {len(tools)} tools")


asyncio.run(main())
