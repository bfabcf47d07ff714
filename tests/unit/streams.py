"""Connections of asyncio, without verification. For 3.7+: 2.7 cannot read this file."""
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


def run(coroutine_function, *arguments):
    return asyncio.run(coroutine_function(*arguments))


class Asking(asyncio.Protocol):
    """Sends one request when connected; *answered* is a future of what comes."""

    def __init__(self, path):
        self._path, self.answered = path, asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        transport.write(("GET %s HTTP/1.0\r\n\r\n" % self._path).encode("ascii"))

    def data_received(self, data):
        if not self.answered.done():
            self.answered.set_result(data)

    def connection_lost(self, error):
        if not self.answered.done():
            self.answered.set_exception(error or EOFError("closed"))


async def together(ports):
    """Connect to *ports* of localhost, by coroutines that are all made before the first runs."""
    loop = asyncio.get_running_loop()

    async def answer(connecting):
        return await asyncio.wait_for((await connecting)[1].answered, 20)

    connecting = [loop.create_connection(lambda: Asking("/together"), "localhost", port, ssl=unverified())
                  for port in ports]
    return await asyncio.gather(*map(answer, connecting), return_exceptions=True)


async def upgraded(port, opened_after=None):
    """TLS on a connection that another task has made, and after which this one made one to *opened_after*."""
    loop = asyncio.get_running_loop()
    plain, _ = await asyncio.ensure_future(_connection(port))
    if opened_after is not None:
        other, _ = await loop.create_connection(asyncio.Protocol, "localhost", opened_after)
        other.abort()
    protocol = Asking("/upgraded")
    stream = await loop.start_tls(plain, protocol, unverified(), server_hostname="localhost")
    protocol.connection_made(stream)
    return await asyncio.wait_for(protocol.answered, 20)


async def _connection(port):
    return await asyncio.get_running_loop().create_connection(asyncio.Protocol, "localhost", port)


async def nameless(port):
    """TLS to localhost by a program that asks for no name."""
    _, protocol = await asyncio.get_running_loop().create_connection(
        lambda: Asking("/nameless"), "localhost", port, ssl=unverified(), server_hostname="")
    return await asyncio.wait_for(protocol.answered, 20)


async def from_inside(port, connect):
    """Call *connect* where a connection to localhost has been made: in its protocol."""
    class Inside(asyncio.Protocol):
        def connection_made(self, transport):
            transport.abort()
            try:
                found.set_result(connect())
            except Exception as error:
                found.set_exception(error)

    found = asyncio.get_running_loop().create_future()
    await asyncio.get_running_loop().create_connection(Inside, "localhost", port)
    return await found
