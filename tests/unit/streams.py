"""A request with asyncio's streams, without verification. For 3.7+: 2.7 cannot read this file."""
import asyncio
import ssl

from .test_modes import unverified


def get(port, path):
    return asyncio.run(_get(port, path))


async def _get(port, path):
    context = unverified()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection("localhost", port, ssl=context)
    writer.write(("GET %s HTTP/1.0\r\n\r\n" % path).encode("ascii"))
    answer = await reader.read(4096)
    writer.close()
    return answer
