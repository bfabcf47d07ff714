"""Clients of asyncio, which the Python 2 that runs sync_clients.py cannot read."""

import asyncio

from sync_clients import httpx_proxy, proxy_of, url_of

CLIENTS = {}


def client(name):
    def register(visit):
        def make(job):
            visit(None)         # what is imported early
            return lambda cell: run(visit(cell))
        CLIENTS[name] = make
        return make
    return register


def run(visit):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(visit)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        asyncio.set_event_loop(None)


@client("aiohttp")
def aiohttp(cell):
    import aiohttp

    async def visit():
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
            bodies = []
            for _ in range(cell["times"]):
                async with session.get(url_of(cell), ssl=False,
                                       proxy=proxy_of(cell) if cell["proxy"] else None) as answer:
                    bodies.append(await answer.read())
            return bodies
    return cell and visit()


@client("httpx-async")
def httpx_async(cell):
    import httpx

    async def visit():
        async with httpx.AsyncClient(verify=False, timeout=20, trust_env=False, **httpx_proxy(cell)) as made:
            return [(await made.get(url_of(cell))).content for _ in range(cell["times"])]
    return cell and visit()
