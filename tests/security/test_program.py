"""What code of the program itself can do against mode strict, and what it cannot. The verdict is the servers'."""
import functools
import textwrap

import pytest

from ..activation.environments import Done
from ..conformance.harness import ask, python_path
from ..conformance.interpreters import clean_environment
from .rows import FEW, NEWEST

SESSIONS = ("resumed", "resumed_later")
CIPHERS = ("any_cipher", "any_cipher_verifying")


@functools.lru_cache(maxsize=None)
def outcomes(farm, row):
    """Attempt and server -> (whether the server got the request, what the client says)."""
    for server in farm.servers.values():
        del server.requests[:]
    job = {"ports": {name: server.port for name, server in farm.servers.items()}, "mode": "strict",
           "roots": farm.pki.roots_file}
    answers = ask(row, "../../security/clients/attempts.py", job, 120)[0]
    farm.settle()
    got = {cell for server in farm.servers.values() for cell in server.requests}
    return {(line["attempt"], line["server"]): ("cell-%(attempt)s.%(server)s" % line in got, line["came"])
            for line in answers}


def refused(found):
    """Whether each good server got its request, and no other one did; with what was said in between."""
    wrong = {key: value for key, value in found.items() if value[0] != (key[1] in ("good", "ipv4"))}
    return found and not wrong, wrong


@pytest.mark.parametrize("row", FEW, ids=repr)
def test_no_way_through_ssl_leads_around_strict(farm, row):
    """Contexts from before install(), own classes, handshakes put off or left out or tried again after a refusal,
    memory instead of sockets, threads and forks."""
    found = {key: value for key, value in outcomes(farm, row).items() if key[0] not in SESSIONS + CIPHERS}
    assert refused(found)[0], refused(found)[1]
    assert len(found) >= (16 if row["SSLContext"] else 6)


@pytest.mark.parametrize("row", [row for row in FEW if row["python"] >= [3, 6]], ids=repr)
def test_a_session_of_before_install_is_not_resumed(farm, row):
    """OpenSSL verifies nothing where a session goes on: whoever was not verified then would be let in now."""
    found = {key: value for key, value in outcomes(farm, row).items() if key[0] in SESSIONS}
    assert len(found) == 4 and refused(found)[0], found


@pytest.mark.parametrize("row", [row for row in FEW if row["SSLContext"]], ids=repr)
def test_cipher_suites_without_certificates_let_nobody_in(farm, row):
    """A network attacker picks an anonymous one where the program's list of them has it: there is no certificate
    then that OpenSSL could object to. The twin talks to a server with a certificate, with the same list."""
    found = {key: value for key, value in outcomes(farm, row).items() if key[0] in CIPHERS}
    assert len(found) == 4 and refused(found)[0], found


@pytest.mark.parametrize("row", NEWEST, ids=repr)
def test_what_does_not_come_by_ssl_is_not_seen(farm, row):
    """By design: a program can call what it kept of ssl from before, or uninstall. It is not the attacker here."""
    code = textwrap.dedent("""
        import socket, ssl, sys, warnings
        warnings.simplefilter("ignore")
        kept = ssl.SSLContext._wrap_socket
        import verifyshim
        verifyshim.install(mode="strict")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)
        sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
        stream = kept(context, sock, False)
        stream.do_handshake()
        stream.write(b"GET /cell-kept HTTP/1.0\\r\\n\\r\\n")
        stream.read(10)
        """)
    server = farm.servers["attacker"]
    environ = clean_environment(PYTHONPATH=python_path(row), SSL_CERT_FILE=farm.pki.roots_file)
    done = Done([row.executable, "-c", code, server.port], environ)
    farm.settle()
    assert server.requests.count("cell-kept") == 1, done


@pytest.mark.parametrize("row", NEWEST, ids=repr)
@pytest.mark.parametrize("way", ["none", "reload", "again"])
def test_a_second_ssl_module_is_not_seen(farm, row, way):
    """Each module is patched once, as it is first imported: a program that makes another one is on its own."""
    code = textwrap.dedent("""
        import importlib, socket, ssl, sys
        import verifyshim
        verifyshim.install(mode="strict")
        way = sys.argv[2]
        if way == "reload":
            importlib.reload(ssl)
        elif way == "again":
            del sys.modules["ssl"]
            import ssl
        try:
            sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
            stream = ssl._create_unverified_context().wrap_socket(sock)
            stream.write(b"GET /cell-%s HTTP/1.0\\r\\n\\r\\n" % way.encode())
            stream.read(10)
        except OSError as error:
            print(type(error).__name__)
        """)
    server = farm.servers["attacker"]
    environ = clean_environment(PYTHONPATH=python_path(row), SSL_CERT_FILE=farm.pki.roots_file)
    done = Done([row.executable, "-c", code, server.port, way], environ)
    farm.settle()
    assert server.requests.count("cell-" + way) == (way != "none"), done
    assert (done.out == "") == (way != "none") and done.status == 0, done
