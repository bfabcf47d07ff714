"""TLS sessions that a program goes on with: of the same peer and name, of another, and of another context."""
import select
import socket
import ssl

import pytest

import verifyshim

from .conftest import issue
from .test_contexts import verifying
from .test_modes import speak, unverified

pytestmark = pytest.mark.skipif(not hasattr(ssl, "SSLSession"), reason="sessions came with 3.6")
OK = b"HTTP/1.1 200"


@pytest.fixture
def other(serve, authority):
    return serve(issue(authority, u"other.example", u"127.0.0.1"))


def until_1_2(context):
    """TLS 1.3 hands its sessions out later, and one for each connection."""
    context.options |= getattr(ssl, "OP_NO_TLSv1_3", 0)
    return context


def wrap(context, server, host="localhost", **named):
    raw = socket.create_connection(("localhost", server.port), 20)
    return context.wrap_socket(raw, server_hostname=host, **named)


def first(context, server, host="localhost"):
    """Return the session of a connection."""
    stream = wrap(context, server, host)
    session = stream.session
    assert speak(stream).startswith(OK)
    return session


@pytest.mark.parametrize("mode, kind", [("enforce", "default"), ("strict", "default"), ("strict", "own")])
@pytest.mark.parametrize("later", [False, True])
def test_one_of_another_name_is_refused(roots, other, mode, kind, later):
    """OpenSSL compares no name where a session goes on."""
    verifyshim.install(mode=mode, roots=roots)
    context = until_1_2(verifyshim.create_context() if kind == "default" else verifying(roots))
    session = first(context, other, "other.example")

    def again(host):
        stream = wrap(context, other, host, session=session, do_handshake_on_connect=not later)
        stream.do_handshake()
        assert stream.session_reused
        return speak(stream, "/again")

    assert again("other.example").startswith(OK) and other.requests == ["/", "/again"]
    with pytest.raises(ssl.CertificateError):       # a program's own context refuses by itself before 3.7
        again("localhost")
    assert other.requests == ["/", "/again"]


def test_one_from_before_its_context_verified_goes_on(roots, unknown):
    """As SECURITY.md says; without it the same context refuses."""
    context = until_1_2(unverified())
    session = first(context, unknown)
    verifyshim.install(mode="strict", roots=roots)
    context.load_verify_locations(roots)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    with pytest.raises(ssl.SSLError):
        wrap(context, unknown)
    assert speak(wrap(context, unknown, session=session), "/again").startswith(OK)
    assert unknown.requests == ["/", "/again"]


def by_argument(context, server, session):
    return wrap(context, server, session=session)


def by_setting(context, server, session):
    stream = wrap(context, server, do_handshake_on_connect=False)
    stream.session = session
    stream.do_handshake()
    return stream


def without_blocking(context, server, session):
    raw = socket.create_connection(("localhost", server.port), 20)
    raw.setblocking(False)
    stream = context.wrap_socket(raw, server_hostname="localhost", do_handshake_on_connect=False, session=session)
    while True:
        try:
            stream.do_handshake()
            break
        except ssl.SSLWantReadError:
            select.select([stream], [], [], 20)
    stream.settimeout(20)
    return stream


@pytest.mark.parametrize("how", [by_argument, by_setting, without_blocking])
@pytest.mark.parametrize("meets", ["the same", "one that fails"])
def test_audit_lets_one_go_on_and_refuses_nobody(roots, good, unknown, how, meets):
    verifyshim.install(mode="audit", roots=roots)
    context = until_1_2(unverified())
    session = first(context, good)
    stream = how(context, good if meets == "the same" else unknown, session)
    assert stream.session_reused == (meets == "the same")
    assert speak(stream).startswith(OK)


@pytest.mark.parametrize("installed", [False, True])
def test_what_a_program_takes_for_one_context_takes_its_sessions(roots, good, installed):
    """Whether the handshake comes at once or later; and where it cannot, it is one without."""
    if installed:
        verifyshim.install(roots=roots)
    context = until_1_2(verifyshim.create_context(roots))

    def again(session, **named):
        stream = wrap(context, good, session=session, **named)
        stream.do_handshake()
        reused = stream.session_reused
        assert speak(stream).startswith(OK)
        return reused

    session = first(context, good)
    assert again(session)
    if hasattr(ssl, "TLSVersion"):      # before 3.7 create_context() compares the name in one case and ssl in the other
        assert again(session, do_handshake_on_connect=False)
    context.set_ciphers("HIGH")
    assert not again(session) and not again(session, do_handshake_on_connect=False)
    verifyshim.uninstall()
    again(session)
