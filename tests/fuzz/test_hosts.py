# -*- coding: utf-8 -*-
"""Host names from anywhere: tidied, compared with patterns and written down, or refused with a ValueError."""
import json
import re
import sys

import hypothesis
import pytest
from hypothesis import strategies as st

from verifyshim.errors import ConfigurationError
from verifyshim.events import record
from verifyshim.policy import patterns
from verifyshim.tls import failure, names

from .hosts import HUGE, hosts, texts
from .running import fuzzed

ipaddress = pytest.importorskip("ipaddress")


def tidied(host):
    try:
        return names.tidy(host)
    except ValueError:      # UnicodeError is one
        return None


@fuzzed(hosts, seeds=[(host,) for host in HUGE])
def test_tidy_returns_a_name_that_is_tidy_or_raises_valueerror(host):
    tidy = tidied(host)
    if tidy is not None:
        assert isinstance(tidy, str) and tidy and all("!" <= char <= "~" for char in tidy)
        assert tidied(tidy) in (tidy, None) or tidy.endswith(".") or tidy.startswith("[")


FOUND = [u"good.example\u3002", "a.example.", u"\uff11\uff12\uff17.0.0.1", "127.0.0.1.", "a:a.", "[[0]]",
         "10:443", u"[\xbb]"]


@fuzzed(hosts, seeds=[(host,) for host in HUGE + FOUND])
def test_a_policy_and_a_handshake_mean_the_same_peer(host):
    """Or a rule for one host would be applied to a connection that is verified as another."""
    peer, tidy = patterns.peer(host), tidied(host)
    if peer is None or tidy is None:
        return
    packed = names.pack_address(tidy)
    if isinstance(peer, tuple):
        bits, number = peer
        assert packed is not None
        address = int(ipaddress.ip_address(packed))
        assert number == address & 0xFFFFFFFF and address >> 32 in (0,
                                                                    0xFFFF) if bits == 32 else number == address
    elif re.match("[0-9.]+\\Z", peer):
        # 127.0.0.1. is a name for the resolver; that of a rule it cannot be.
        with pytest.raises(ConfigurationError):
            patterns.parse("*." + peer)
    elif ":" not in peer:       # with one it is no name, and nobody's
        assert packed is None and peer == tidy.lower()


@fuzzed(texts)
def test_an_address_is_what_ipaddress_says_it_is(text):
    found = patterns.address(text.lower())
    if found is None:
        return
    said = ipaddress.ip_address(text.partition(u"%")[0] if u":" in text else text + u"")
    said = getattr(said, "ipv4_mapped", None) or said
    assert found == (said.max_prefixlen, int(said))


@fuzzed(texts)
def test_what_ipaddress_takes_is_an_address(text):
    try:
        said = ipaddress.ip_address(text + u"")
    except ValueError:
        return
    leading_zeros = u":" not in text and any(part != u"0" and part.startswith(u"0")
                                             for part in text.split(u"."))
    assert leading_zeros or u"%" in text or patterns.address(text.lower()) is not None, said


@fuzzed(hosts)
def test_a_pattern_is_read_or_one_sentence_of_trouble(host):
    try:
        pattern = patterns.parse(host)
    except ConfigurationError as error:
        assert "\n" not in str(error) and "\r" not in str(error)
        return
    assert patterns.parse(pattern.text) == pattern
    if pattern.kind in (patterns.NAME, patterns.ADDRESS):
        shown = pattern.text
        if pattern.port is not None:
            shown = shown[:-len(":%d" % pattern.port)]
        assert pattern.matches(patterns.peer(shown), pattern.port)
        assert not pattern.matches(patterns.peer("x" + shown), pattern.port) or ":" in shown
    if pattern.kind == patterns.SUFFIX:
        assert pattern.matches("x" + pattern.value, pattern.port)
        assert not pattern.matches(pattern.value[1:], pattern.port)
        assert not pattern.matches("x" + pattern.value[1:], pattern.port)


@fuzzed(texts)
def test_a_network_is_what_ipaddress_says_it_is(text):
    try:
        pattern = patterns.parse(text)
    except ConfigurationError:
        return
    if pattern.kind == patterns.NETWORK and pattern.port is None:
        bits, number, prefix = pattern.value
        said = ipaddress.ip_network(text.strip() + u"")
        if bits == said.max_prefixlen:
            assert (number, prefix) == (int(said.network_address), said.prefixlen)


_PATTERNS = ["good.example", "www.good.example", "*.good.example", "*.example", "good.example:443",
             "10.0.0.0/8",
             "10.0.0.0/24", "10.0.0.1", "::1", "*.b.good.example:443", "::/0", "0.0.0.0/0",
             "xn--bcher-kva.example"]


@fuzzed(st.lists(st.sampled_from(_PATTERNS), unique=True), hosts, st.sampled_from([None, 443, 1]))
def test_a_table_finds_what_matches_and_nothing_else(wanted, host, port):
    found = patterns.Table([(patterns.parse(text), text) for text in wanted]).find(host, port)
    matching = [text for text in wanted if patterns.parse(text).matches(patterns.peer(host), port)]
    assert found in matching if matching else found is None


@fuzzed(hosts, seeds=[(host,) for host in HUGE])
def test_any_host_is_written_down_in_one_line_without_surprises(host):
    error = failure.VerificationError(host if isinstance(host, str) else repr(host), 443, failure.OTHER,
                                      "roots")
    line = record.line("connection", host, 443, "enforce", "refused", error.reason, str(error))
    assert line.endswith("\n") and line.count("\n") == 1
    assert all(" " <= char <= "~" for char in line[:-1])
    shown = json.loads(line)
    assert shown["port"] == 443 and len(shown["host"]) <= 255
    assert not any(char in shown["host"] + shown["detail"] for char in u"\0\n\r\x1b\u202e\u2028")


@pytest.mark.skipif(sys.version_info < (3,), reason="surrogates are characters of their own there")
@fuzzed(st.text(alphabet=st.characters(whitelist_categories=("Cs", "Ll")), max_size=5))
def test_halves_of_characters_are_no_host_name(host):
    hypothesis.assume(any("\ud800" <= char <= "\udfff" for char in host))
    assert tidied(host) is None and patterns.peer(host) is None
