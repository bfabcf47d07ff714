"""One host, step by step: resolve, connect, handshake, chain, name, expiry, protocol. Nothing is sent to it."""
import os
import socket
import ssl
import time

from . import chain, output
from ... import der, policy, stdlib
from ...errors import ConfigurationError
from ...roots import hygiene

_SOON = 14      # days before its end that a certificate is worth a word
_STEPS = {"expired": "expiry", "not-yet-valid": "expiry", "hostname-mismatch": "name", "pin-mismatch": "pin"}


def parsed(text):
    """Return ``(host, port)`` of ``HOST``, ``HOST:PORT``, ``[ADDRESS]:PORT`` or an IPv6 address.

    :raises ConfigurationError: where it is none of these.
    """
    host, port = text, ""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port[1:] if port.startswith(":") else port
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not host or "/" in host or "@" in host or not (port or "443").isdigit() or not 0 < int(port or 443) < 65536:
        raise ConfigurationError("%r is no host; write HOST or HOST:PORT, without https:// and path" % text)
    return host, int(port or 443)


def look(host, port, judged, timeout):
    """Return findings about one host, up to the first step that fails.

    :param judged: the Policy to judge it with, or an error, where its settings cannot be used.
    :param timeout: seconds for each step.
    """
    if isinstance(judged, ConfigurationError):
        return [output.problem("policy", "Not tried, as the settings cannot be used.", "Correct them first.")]
    findings = []
    try:
        infos = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    except (socket.error, UnicodeError) as error:
        return [output.problem("resolve", "The name cannot be looked up: %s" % error, "Check the name and this "
                               "machine's DNS." + _proxy())]
    addresses = sorted(set(str(info[4][0]) for info in infos))
    findings.append(output.fine("resolve", ", ".join(addresses)))
    sock, error = _connected(infos, timeout)
    if sock is None:
        return findings + [output.problem("connect", "No connection to port %d: %s" % (port, error), "Check that the "
                                          "server runs and that no firewall is between." + _proxy())]
    findings.append(output.fine("connect", str(sock.getpeername()[0])))
    return findings + _Handshake(host, port, judged, timeout).findings(sock)


def _proxy():
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        if os.environ.get(name):
            return " Programs here go through a proxy (%s); this connects without." % name
    return ""


def _connected(infos, timeout):
    error = None
    for family, kind, protocol, _, address in infos:
        sock = None
        try:
            sock = socket.socket(family, kind, protocol)
            sock.settimeout(timeout)
            sock.connect(address)
            return sock, None
        except socket.error as caught:
            error = caught
            if sock is not None:
                sock.close()
    return None, error


class _Handshake(object):
    """The handshake with one host, judged by a policy."""

    def __init__(self, host, port, judged, timeout):
        stdlib.load()
        from ... import tls
        from ...tls import failure, marks, names, pins, refusal
        self.engine, self.names, self.failure, self.pins, self.refusal = tls.engine, names, failure, pins, refusal
        self.marks = marks
        self.host, self.port, self.timeout, self.policy = host, port, timeout, judged
        self.judgement = judged.judgement(host, port)
        self.roots = self.judgement.roots or judged.roots

    def findings(self, sock):
        """Return findings; *sock* is connected, and closed afterwards."""
        again = self.refusal.redial(sock, self.timeout)
        before = policy.installed()
        try:
            # The engine asks for the policy in force: its switches, such as the lowest TLS version.
            policy.use(self.policy)
            with self.marks.ours("doctor"):
                found = self._shake(sock, again)
        finally:
            policy.use(before)
            sock.close()
        return found + self._rule()

    def _shake(self, sock, again):
        wrapped = None
        try:
            verify = not (self.judgement.pins and not self.judgement.verify_chain)
            wrapped = self.engine.handshake(sock, self.engine.create(), self.names.tidy(self.host), {}, self.roots,
                                            verify)
            encoded = wrapped.getpeercert(True)
            if self.judgement.pins:
                self.pins.check(encoded, self.judgement.pins)
            return self._good(wrapped, encoded)
        except Exception as error:      # of many kinds: ssl's, OpenSSL's, ValueError for odd names
            if not self.refusal.is_verdict(error):
                return [output.problem("handshake", "It failed before any certificate was judged: %s" % error,
                                       "Check that this port speaks TLS, and which versions: with %s."
                                       % getattr(ssl, "OPENSSL_VERSION", "this TLS library"))]
            return self._refused(error, again)
        finally:
            if wrapped is not None:
                wrapped.close()

    def _good(self, wrapped, encoded):
        version = getattr(wrapped, "version", None)
        findings = [output.fine("handshake", str((version and version()) or "done"))]
        leaf = der.Certificate(encoded)
        findings.append(output.fine("chain", "%s, issued by %s; roots: %s" % (
            leaf.describe(leaf.subject), leaf.describe(leaf.issuer), self.roots)))
        findings.append(output.fine("name", "the certificate is for %s" % self.host))
        return findings + [_expiry(leaf)]

    def _refused(self, error, again):
        encoded = self.refusal.look(self.engine, lambda: again(self.timeout), self.host)
        refused = self.refusal.refusal_for(error, self.host, self.port, self.roots, lambda: encoded)
        topic, to_do = _STEPS.get(refused.reason, "chain"), self.failure._TO_DO[refused.reason]
        detail = " (%s)" % refused.detail if refused.detail else ""
        findings = [output.fine("handshake", "up to the certificate"),
                    output.problem(topic, "%s: %s%s. Roots: %s." % (
                        refused.reason, self.failure._SAID[refused.reason], detail, self.roots),
                        to_do[:1].upper() + to_do[1:] + ".")]
        try:
            if refused.reason in ("unknown-issuer", "self-signed", "other") and encoded:
                sent = chain.fetch(lambda: again(self.timeout), self.host) or [encoded]
                findings += chain.advice(sent, self.roots, self.policy.origins.get("roots", ""))
            if topic != "expiry" and encoded:
                findings.append(_expiry(der.Certificate(encoded)))
        except ValueError:
            findings.append(output.note("chain", "What the server sends cannot be read as certificates."))
        return findings

    def _rule(self):
        judgement = self.judgement
        found = []
        if judgement.exemption is not None:
            found.append(output.note("policy", "%s is exempt (%s): programs connect to it whatever it shows."
                                     % (judgement.pattern, judgement.exemption.reason)))
        if judgement.pins:
            found.append(output.note("policy", "Its key is pinned by [host:%s]." % judgement.pattern))
        return found


def _expiry(leaf):
    days = int((leaf.not_after - time.time()) // hygiene.DAY)
    text = "until %s, %d days" % (hygiene.day(leaf.not_after), days)
    if days < 0:
        return output.problem("expiry", "It expired on %s." % hygiene.day(leaf.not_after), "Renew it on the server.")
    if days < _SOON:
        return output.problem("expiry", "It ends soon: %s." % text, "Renew it on the server.")
    return output.fine("expiry", text)
