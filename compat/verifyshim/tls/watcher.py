"""What becomes of a handshake that a program makes by itself: decided before it, carried out after."""
import ssl

from . import exchange, failure, handshake, names, opened, pins, probe, refusal, second
from .decision import AS_IT_IS, MATCHED, VERIFIED, Decision, decide
from .. import events
from ..errors import ConfigurationError
from ..events import callsite
from ..policy import Mode


class Watcher(object):
    """What is to become of one handshake: decided before it, carried out after."""

    def __init__(self, attempt, installed, mark, left_to_us):
        self._attempt, self._policy, self._mark = attempt, installed, mark
        self._left_to_us, self._begun, self._session = left_to_us, False, None
        self._goes_on = False           # audit cannot connect again, and the session is one of a verifying context
        self._where = None
        self._waits = None              # the timeout of the program's socket while it has another, in a tuple
        known = None
        if self._watches_sockets():
            known = opened.of(attempt.sock) if attempt.sock is not None else opened.by_loop()
        self._decide(known)

    def _decide(self, known):
        """Decide what is to become of it, by *known* of the connection: an opened.Opened or None."""
        attempt, installed = self._attempt, self._policy
        self._opened = known
        self.host, self.port = self._peer()
        self._judgement = self._judged()
        self._decision = decide(installed.mode, self._left_to_us, attempt.verifies, attempt.matches,
                                self._judgement)
        self._roots = None
        if self._left_to_us or not attempt.verifies:
            self._roots = attempt.roots or self._judgement.roots or installed.roots
        self._verdict, self._pins = self._decision.verdict, self._decision.pins
        if self._where is None and (events.active() or self._verdict == events.UNVERIFIED):
            self._where = callsite.find()
        self._name = None               # that the certificate must be for, as names.tidy returns it
        self._must_show = self._verdict == events.VERIFIED and (    # a certificate
            self._decision.how != AS_IT_IS or installed.mode == Mode.STRICT)
        self._redial = None             # makes the connection once more, up to where TLS begins
        self._fresh = False             # whether TLS is the first that is spoken on it
        self._seen = None               # the certificate fetched by it
        self._let_through = None        # the error that audit did not act on

    def _judged(self):
        """Return the Judgement. A name that was looked up for an earlier connection need not be meant this time."""
        found, known = self._policy.judgement(self.host, self.port), self._opened
        if self._said() or known is None or not known.stale or known.peer is None:
            return found
        of_address = self._policy.judgement(known.peer[0], self.port)
        return of_address if of_address.pattern is not None else found._replace(exemption=None)

    def _watches_sockets(self):
        """Whether it matters where a socket leads: enforce asks only for contexts of ours."""
        return self._policy.mode != Mode.ENFORCE or self._left_to_us

    def first(self):
        """Return the object of _ssl to begin with."""
        attempt, decision = self._attempt, self._decision
        audit = self._policy.mode == Mode.AUDIT
        if self._verdict == events.UNVERIFIED:
            events.insecure(self.host, self.port, self._entry_point(), failure.left_open(attempt.verifies),
                            self._where)
        if decision.how == AS_IT_IS and not self._pins:
            try:
                return attempt.as_it_is()
            except ValueError:
                if attempt.session is None or attempt.verifies:
                    raise
                return self._go_on_with_session()
        # Also to find out why a peer was refused, which ssl does not say below 3.7, and whom to log.
        if audit or events.active() or not names.OPENSSL_MATCHES:
            self._redial = self._second_connection()
        if audit and self._redial is None and not self._goes_on:
            try:
                inner = attempt.as_it_is()
                self._leave_unchecked()
                return inner
            except ValueError:      # a session that a context of ours has got from this peer, and verified
                self._goes_on = True
        if decision.how == AS_IT_IS:
            return attempt.as_it_is()
        try:
            self._name = None if self.host is None else names.tidy(self.host)
            if decision.how == MATCHED:
                return attempt.matched(self._name)
            if self._goes_on:
                inner = attempt.going_on(self._name, self._roots, self._policy.switches)
            else:
                inner = attempt.verified(self._name, self._roots, self._policy.switches, change=not audit)
            if inner is None:       # the program's own context would trust more from then on, or the session is its own
                self._leave_unchecked()
                inner = self._as_it_is_anew()
            return inner
        except (ValueError, ConfigurationError) as error:   # not a name; a file of the policy that went away
            if not audit:
                raise refusal.refusal_for(error, self._shown_host(), self.port, self._roots, None)
            self._give_way(error)
            return attempt.as_it_is()
        except Exception:       # says nothing of the peer
            if not audit:
                raise
            self._leave_unchecked()
            return attempt.as_it_is()

    def _leave_unchecked(self):
        self._verdict, self._must_show, self._name, self._pins = events.UNCHECKED, False, None, ()

    def _go_on_with_session(self):
        """Return what goes on with a session that a context of ours has got, as for FTP's data connections.

        That peer was verified, and where the session does not go on this one is, too.
        """
        self._decision, self._verdict, self._must_show = Decision(VERIFIED, events.VERIFIED, ()), events.VERIFIED, True
        self._name = None if self.host is None else names.tidy(self.host)
        self._roots = self._roots or self._judgement.roots or self._policy.roots
        if self._policy.mode == Mode.AUDIT:
            self._goes_on = True
            return self._attempt.going_on(self._name, self._roots, self._policy.switches) or self._as_it_is_anew()
        return self._attempt.verified(self._name, self._roots, self._policy.switches)

    def resume(self, inner, session):
        """Have *inner* go on with a session of the program's, where that is one of a verified peer.

        Return another object of _ssl to begin with where that takes one, or None.
        """
        try:
            if self._attempt.resumes:
                self._session = session
                inner.session = session
        except ValueError:      # of the program's own context; only a faster handshake is lost
            if self._decision.how == AS_IT_IS and not self._attempt.verifies:
                fresh = self._go_on_with_session()
                fresh.session = session
                return fresh
            if self._decision.how == AS_IT_IS:
                raise
            if self._verdict == events.UNCHECKED:       # of one of ours, as in first(); servers of FTP insist on it
                return self._judge_again(self._opened, True)
        return None

    def begins(self):
        """The handshake begins, or goes on: return as `failed` does, or None to go on with what there is.

        What can be seen only now is looked at now: a socket that was wrapped before is connected, or blocks no
        longer, and asyncio has wrapped on 3.11+ before it had a transport.
        """
        sock = self._attempt.sock
        # Asked later, one that was hung up, by us or by the peer, would not say to where.
        if self.port is None and sock is not None:
            self.port = (opened.peer_of(sock) or (None, None))[1]
        if self._begun:
            return None
        self._begun = True
        if sock is None:
            known = opened.by_loop() if self._watches_sockets() else None
            return None if known is None else self._judge_again(known)
        late = self._redial is second.LATER or (
            self._redial is not None and self._policy.mode == Mode.AUDIT and sock.gettimeout() == 0)
        return self._judge_again(opened.of(sock) or self._opened) if late else None

    def _judge_again(self, known, goes_on=False):
        self._goes_on = goes_on
        self._decide(known)
        try:
            inner = self.first()
        except failure.VerificationError as error:
            return error
        return self._session is not None and self.resume(inner, self._session) or inner

    def finished(self, inner):
        """The handshake is done: raise what there is to object, else write it down."""
        encoded = None
        if self._goes_on and not self._is_of_verified(inner):
            self._leave_unchecked()
        # Where a session goes on OpenSSL compares nothing: it may be another name's, or of before install().
        compare = self._name is not None and (not self._attempt.compares or getattr(inner, "session_reused", False))
        if self._pins or compare or self._must_show or events.active():
            encoded = handshake.certificate_of(inner)
        if self._must_show:
            names.require_certificate(encoded, inner.cipher())
        if self._pins:
            pins.check(encoded, self._pins)
        if compare and encoded:     # a key that both had before stands for one
            names.check(encoded, self._name)
        if self._policy.mode == Mode.STRICT and self._decision.how == AS_IT_IS and self._verdict == events.VERIFIED:
            self._compare_as_ssl(inner, encoded)
        if self._let_through is not None:
            refused = self._refusal(self._let_through, lambda: encoded)
            if self._is_refused_later(encoded):
                self._verdict = events.REFUSED
            self._tell(refused.reason, refused.detail, encoded)
        elif self._verdict == events.UNCHECKED and events.active():
            self._find_out(encoded)
        elif events.active() and self._is_refused_later(encoded):
            self._verdict = events.REFUSED
            self._tell(failure.HOSTNAME_MISMATCH, "", encoded)
        else:
            exempt = self._verdict == events.EXEMPT
            self._tell("", self._judgement.exemption.reason if exempt else "", encoded)

    def _is_of_verified(self, inner):
        """Whether *inner* has gone on with a session of a peer that was verified, and for the same name."""
        if not getattr(inner, "session_reused", False):
            return False
        try:
            return self._name is None or names.check_peer(handshake.certificate_of(inner), self._name) is None
        except names.Mismatch:
            return False

    def failed(self, error):
        """Return another object of _ssl to go on with, or the error that the program is to see."""
        verdict = refusal.is_verdict(error)
        own = self._is_the_programs(error)      # and would fail again
        audit = self._policy.mode == Mode.AUDIT and self._redial is not None
        if audit and self._let_through is None and not own:
            # The policy's lowest TLS version, for one, can fail what the program's context would not.
            if verdict or (self._decision.how == VERIFIED and _is_of_tls(error) and self._is_stricter()):
                self._give_way(error)
                try:
                    self._hang_up()
                    if not verdict:     # it may be one that speaks no TLS, and answers nobody else
                        self._waits = second.bounded(self._attempt.sock)
                    exchange.put_under(self._attempt.sock, self._redial())
                    return self._as_it_is_anew()
                except Exception as trouble:
                    return trouble if verdict else error
        if not verdict:
            # Where the first attempt failed for another reason, that is the one the program would have seen.
            first = self._let_through
            return error if first is None or refusal.is_verdict(first) else first
        own = own or self._let_through is not None
        self._verdict = events.REFUSED
        if not own:     # 2.x's ftplib has a program that goes on in plain text, which is its own affair
            self._hang_up()
        refused = self._refusal(self._let_through or error, self._look)
        self._tell(refused.reason, refused.detail, self._look() if events.active() else None)
        return error if own else refused    # a program that verifies by itself knows its own error

    def _as_it_is_anew(self):
        try:
            return self._attempt.as_it_is()
        except ValueError:      # the session is one that a context of ours has got; only a faster handshake is lost
            self._attempt.forget_session()
            return self._attempt.as_it_is()

    def ended(self):
        """A handshake has ended, somehow: the socket waits as the program has it wait."""
        if self._waits is not None:
            self._attempt.sock.settimeout(*self._waits)
            self._waits = None

    def _is_stricter(self):
        """Whether what verifies here may refuse what the program's context accepts, certificates aside."""
        # SSL 2 and 3 are off in it; most OpenSSLs have neither.
        return self._policy.switches.minimum_tls is not None or hasattr(ssl, "PROTOCOL_SSLv3")

    def _is_the_programs(self, error):
        """Whether *error* is what the program would have met without us."""
        if self._decision.how == MATCHED and self._policy.mode == Mode.AUDIT:
            return failure.is_refusal(error) and failure.classify(error)[0] != failure.HOSTNAME_MISMATCH
        return self._decision.how == AS_IT_IS and not isinstance(error, names.Mismatch)

    def _give_way(self, error):
        self._verdict, self._let_through = events.LET_THROUGH, error
        if hasattr(error, "with_traceback"):
            error.with_traceback(None)      # which would keep the handshake, and so the socket, alive
        self._name, self._must_show, self._pins = None, False, ()

    def _refusal(self, error, look):
        return refusal.refusal_for(error, self._shown_host(), self.port, self._roots, look)

    def _shown_host(self):
        return str(self.host or "an unnamed host")

    def _peer(self):
        mark, known = self._mark, self._opened
        host = self._said() or (known and known.host)
        port = (mark and mark.port) or (known and known.port)
        if port is None and self._attempt.sock is not None:
            port = (opened.peer_of(self._attempt.sock) or (None, None))[1]
        return host or None, port

    def _said(self):
        """Return the host that the program itself named, or None."""
        # The mark first: from 3.4 on smtplib passes what its constructor got, "host:port", as it is.
        return (self._mark and self._mark.host) or self._attempt.host

    def _entry_point(self):
        return self._mark.entry_point if self._mark is not None else self._attempt.entry_point

    def _second_connection(self):
        self._fresh = second.is_first_spoken(self._attempt.sock, self._mark, self._opened)
        return second.before(self._attempt.sock, self._mark, self._opened, self._fresh, not self._begun)

    def _hang_up(self):
        """End the connection that failed, before another: the peer may be one that serves one at a time.

        Of what is found here, after the handshake, OpenSSL tells the peer nothing.
        """
        if self._attempt.sock is not None:
            exchange.hang_up(self._attempt.sock)

    def _look(self):
        """Return the certificate of a peer that was refused, over a second connection; None without one."""
        from . import engine
        if self._redial is not None and self._seen is None:
            self._seen = refusal.look(engine, self._redial, self.host or "") or b""
        return self._seen or None

    def _compare_as_ssl(self, inner, encoded):
        """Compare the name as ssl does for a context that has it done, where that may not come to it.

        Python below 3.7 does it after the handshake, but not where the first read or write makes that; OpenSSL does
        not where a session goes on.

        :raises ssl.CertificateError: the program's own, below 3.7; names.Mismatch else.
        """
        if not (self._attempt.verifies and self._attempt.matches):
            return
        if names.OPENSSL_MATCHES:
            if encoded and getattr(inner, "session_reused", False):
                names.check(encoded, names.tidy(self._attempt.host))
        elif self._is_refused_later(encoded):
            shown = handshake.names_of(inner)
            if not shown:       # its context has been set to verify nothing in the meantime
                raise names.Mismatch("the certificate is not for %s" % self._attempt.host)
            names.match_hostname(shown, self._attempt.host)

    def _is_refused_later(self, encoded):
        """Whether ssl itself will refuse the name, which it compares in Python below 3.7, after this."""
        if not (self._attempt.verifies and self._attempt.matches) or names.OPENSSL_MATCHES:
            return False
        try:
            names.check_peer(encoded, names.tidy(self._attempt.host or ""))
        except (names.Mismatch, ValueError):
            return True
        return False

    def _find_out(self, encoded):
        """Have the background find out what could not be without disturbing this connection."""
        connect, host = second.aside(self._attempt.sock, self._mark, self._opened, self._fresh,
                                     (self.host, self.port)), self.host
        if connect is None or host is None or self._roots is None:
            self._tell("", "", encoded)
            return
        probe.ask(probe.Question(host, self.port, self._entry_point(), self._policy.mode, self._roots, encoded,
                                 connect, self._where))

    def _tell(self, reason, detail, encoded):
        if events.active():
            compared = self.host is not None and (self._decision.how != AS_IT_IS or self._attempt.matches)
            events.connection(self._verdict, self.host or "", self.port, self._entry_point(), self._policy.mode,
                              reason, detail, encoded, compared, self._where)


def _is_of_tls(error):
    return isinstance(error, ssl.SSLError) and "timed out" not in str(error)     # as 2.x has it
