"""Authentication of the From domain; only the receiving server is believed (RFC 8601)."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_intake.mime.authentication import (
    are_aligned,
    decide_authentication,
    verdict_from_headers,
    verdict_from_mailgun,
    verdict_from_mailjet,
    verdict_from_postmark,
    verdict_from_sendgrid,
)
from tests.effort import run_within

FROM = ("From", "Ann <ann@acme.example>")
TRUSTED = frozenset({"mx.rocket.example"})


def verdict(*results: str, sender: str = FROM[1]) -> str:
    """Return the verdict of our receiver's header with these results."""
    headers = [
        ("Authentication-Results", "mx.rocket.example; " + "; ".join(results)),
        ("From", sender),
    ]
    return verdict_from_headers(headers, TRUSTED).value


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (["dmarc=pass header.from=acme.example"], "pass"),
        (["dmarc=pass (p=none) header.from=ACME.example"], "pass"),
        (["DMARC=PASS"], "pass"),
        (["dmarc=fail header.from=acme.example"], "fail"),
        (
            [
                "dmarc=fail",
                "dkim=pass header.d=acme.example",
                "spf=pass smtp.mailfrom=acme.example",
            ],
            "fail",
        ),
        (["dmarc=pass header.from=evil.example"], "none"),
        (["dmarc=none", "dkim=pass header.d=acme.example"], "pass"),
        (["dmarc=temperror", "dkim=pass header.d=acme.example"], "pass"),
        (["dkim=pass header.d=acme.example"], "pass"),
        (["dkim=pass header.d=mail.acme.example"], "pass"),
        (["dkim=pass header.i=@acme.example"], "pass"),
        (["dkim=pass header.i=x@mail.acme.example"], "pass"),
        (["dkim=pass (2048-bit key; unprotected) header.d=acme.example header.b=x"], "pass"),
        (["dkim=fail header.d=acme.example", "dkim=pass header.d=acme.example"], "pass"),
        (["dkim=pass header.d=evil.example"], "none"),
        (["dkim=pass header.d=acme.example.evil.test"], "none"),
        (["dkim=pass header.d=example"], "none"),
        (["dkim=pass"], "none"),
        (["dkim=fail header.d=acme.example"], "none"),
        (["spf=pass smtp.mailfrom=acme.example"], "pass"),
        (["spf=pass smtp.mailfrom=bounce@mail.acme.example"], "pass"),
        (['spf=pass smtp.mailfrom="ann@acme.example"'], "pass"),
        (["spf=pass smtp.mailfrom=evil.example"], "none"),
        (["spf=pass smtp.helo=acme.example"], "none"),
        (["spf=fail smtp.mailfrom=acme.example"], "fail"),
        (["spf=fail smtp.mailfrom=acme.example", "dkim=pass header.d=acme.example"], "pass"),
        (["spf=fail smtp.mailfrom=acme.example", "dkim=pass header.d=list.example"], "none"),
        (["spf=softfail smtp.mailfrom=acme.example"], "none"),
        (["spf=neutral"], "none"),
        (["none"], "none"),
        (["dkim=pass (header.d=acme.example) header.d=evil.example"], "none"),
        (["spf=none (x; dmarc=pass header.from=acme.example)"], "none"),
        (["spf=none (a (b; dmarc=pass) c)"], "none"),
        (['spf=none reason="x dmarc=pass"'], "none"),
        (['spf=none smtp.mailfrom="x; dmarc=pass header.from=acme.example"@evil.example'], "none"),
        (['spf=none smtp.mailfrom="x\\"; dmarc=pass"@evil.example'], "none"),
        (['dkim=pass reason="header.d=acme.example" header.d=evil.example'], "none"),
        (["dkim=pass (a\\) header.d=acme.example) header.d=evil.example"], "none"),
        (["dmarc=pass header.from=acme.example (unclosed"], "none"),
        (['dmarc=pass header.from=acme.example reason="unclosed'], "none"),
        (["dmarc=pass(p=none dis=none) header.from=acme.example"], "pass"),
        (["dmarc=pass action=none header.from=acme.example", "compauth=pass reason=100"], "pass"),
        (["spf/1 = pass smtp.mailfrom = ann@acme.example"], "pass"),
        (["spf=pass smtp.mailfrom=prvs=12ab=ann@acme.example"], "pass"),
        (["spf=pass smtp.mailfrom=<ann@acme.example>"], "pass"),
        # Whose domain a quoted local part names is the sender's choice.
        (['spf=pass smtp.mailfrom="x@acme.example"@evil.example'], "none"),
        (['spf=pass smtp.mailfrom="x@acme.example\\""@evil.example'], "none"),
        (['spf=pass smtp.mailfrom=a"x@acme.example"@evil.example'], "none"),
        (['spf=pass smtp.mailfrom="\\"x@acme.example\\"@evil.example"'], "none"),
        (['spf=pass smtp.mailfrom=<"x@acme.example"@evil.example>'], "none"),
        (['spf=pass smtp.mailfrom="x@evil.example"@acme.example'], "pass"),
        (['dkim=pass header.i="@acme.example"@evil.example'], "none"),
        (['dkim=pass header.d="acme.example"evil.example'], "none"),
        (['dmarc=pass header.from="x@acme.example"@evil.example'], "none"),
        (["spf=pass smtp.mailfrom=x@evil.example@acme.example"], "none"),
        # Given twice, or with something left over, a result says nothing.
        (["spf=pass smtp.mailfrom=acme.example smtp.mailfrom=evil.example"], "none"),
        (["spf=pass smtp.mailfrom=evil.example SMTP.MailFrom=acme.example"], "none"),
        (["dkim=pass header.d=acme.example header.d=acme.example"], "none"),
        (["dmarc=pass header.from=acme.example header.from=acme.example"], "none"),
        (["dkim=pass header.i=x y@acme.example header.d=acme.example"], "none"),
        (["dkim=pass header.d=acme.example spf=fail"], "none"),
        (["spf=pass smtp.mailfrom=acme.example @evil.example"], "none"),
        (["spf=pass smtp.mailfrom=acme.example (x) , evil.example"], "none"),
        (["dkim=pass =header.d=acme.example"], "none"),
        (["dkim=pass header.d=acme.example header.s="], "none"),
        (["dkim=pass header.d=evil.example", "dkim=pass header.d=acme.example"], "pass"),
        (["dkim=pass header.d=acme.example junk", "dkim=pass header.d=acme.example"], "pass"),
        (["dmarc=fail header.from=acme.example junk", "dmarc=pass"], "none"),
        (["spf=fail smtp.mailfrom=x junk", "spf=pass smtp.mailfrom=acme.example"], "none"),
        (["x-dmarc=pass", "dmarc-x=pass"], "none"),
    ],
)
def test_dmarc_decides_and_without_it_an_aligned_pass(results, expected):
    assert verdict(*results) == expected


def test_nothing_is_believed_without_a_trusted_server():
    headers = [
        ("Authentication-Results", "mx.rocket.example; dmarc=pass header.from=acme.example"),
        FROM,
    ]
    assert verdict_from_headers(headers, frozenset()) == "none"
    assert verdict_from_headers(headers, frozenset({"other.example"})) == "none"
    assert verdict_from_headers(headers, frozenset({"MX.rocket.example"})) == "pass"


@pytest.mark.parametrize(
    "server",
    [
        "mx.rocket.example.evil.test",
        "evil.mx.rocket.example",
        "evil mx.rocket.example",
        "(mx.rocket.example) evil",
        "",
    ],
)
def test_a_server_that_only_looks_trusted_is_not(server):
    headers = [("Authentication-Results", f"{server}; dmarc=pass header.from=acme.example"), FROM]
    assert verdict_from_headers(headers, TRUSTED) == "none"


def test_only_the_topmost_header_of_a_trusted_server_counts():
    forged = ("Authentication-Results", "mx.rocket.example; dmarc=pass header.from=acme.example")
    true = ("authentication-results", "mx.rocket.example 1; dmarc=fail header.from=acme.example")
    other = ("Authentication-Results", "relay.other.example; dmarc=pass header.from=acme.example")
    assert verdict_from_headers([other, true, forged, FROM], TRUSTED) == "fail"


def test_as_many_headers_of_the_trusted_hop_count_as_it_writes():
    key = ("Authentication-Results", "mx.rocket.example; dkim=pass header.d=acme.example")
    none = ("Authentication-Results", "mx.rocket.example; dmarc=none header.from=acme.example")
    fail = ("Authentication-Results", "mx.rocket.example; dmarc=fail header.from=acme.example")
    other = ("Authentication-Results", "relay.other.example; spf=none")
    received = ("Received", "from mail.evil.example by mx.rocket.example")

    def read(*given: tuple[str, str], most: int = 2) -> str:
        return verdict_from_headers([*given, FROM], TRUSTED, most=most).value

    assert read(none, key) == read(key, none) == "pass"
    assert read(none, key, most=1) == "none"  # as long as nobody says that there are two
    assert read(fail, key) == read(key, fail) == "fail"
    assert read(none, none, key) == "none"  # a third one came with the email
    assert read(none, received, key) == read(none, other, key) == "none"  # of an earlier hop


def test_received_spf_of_the_trusted_hop_counts_like_its_results():
    spf = "identity=mailfrom; client-ip=192.0.2.7; envelope-from=ann@{}; receiver={}"
    received = ("Received", "from mail.acme.example by mx.rocket.example")
    key = ("Authentication-Results", "mx.rocket.example; dkim=pass header.d=list.example")

    def read(*given: tuple[str, str], trusted: frozenset[str] = TRUSTED) -> str:
        return verdict_from_headers([*given, received, FROM], trusted).value

    def make(result: str, domain: str = "acme.example", receiver: str = "MX.rocket.example"):
        return ("Received-SPF", f"{result} (why) {spf.format(domain, receiver)}")

    passed, failed = make("Pass"), make("Fail")
    assert read(passed) == read(make("Pass", "mail.acme.example")) == "pass"
    assert read(failed) == "fail"
    assert read(failed, key) == "none"  # forwarded, with a signature
    assert read(make("Softfail")) == read(make("Pass", "evil.example")) == "none"
    own = ("Authentication-Results", "mx.rocket.example; spf=fail smtp.mailfrom=acme.example")
    assert read(own, passed) == "fail"
    # Not of the trusted hop: the email brought it, or another server wrote it.
    assert read(received, passed) == read(make("Pass", receiver="mx.evil.example")) == "none"
    assert read(passed, trusted=frozenset()) == "none"
    assert read(make("Pass", receiver="evil mx.rocket.example")) == "none"
    assert read(("Received-SPF", "Pass envelope-from=ann@acme.example")) == "none"
    helo = make("Pass")[1].replace("mailfrom;", "helo;")
    assert read(("Received-SPF", helo)) == "none"


@pytest.mark.parametrize(
    "sender", ["ann@acme.example, x@evil.example", "", "=?x?q?a?=@acme.example", "ann@[192.0.2.1]"]
)
def test_an_unknown_sender_is_never_authenticated(sender):
    assert verdict("dmarc=pass", sender=sender) == "none"
    assert verdict("dmarc=fail", sender=sender) == "none"


def test_alignment_is_the_registrable_domain():
    assert are_aligned("a.acme.co.uk", "b.acme.co.uk")
    assert not are_aligned("acme.co.uk", "evil.co.uk")
    assert not are_aligned("co.uk", "co.uk")
    assert not are_aligned("ann.github.io", "eve.github.io")
    assert not are_aligned("", "")


def test_without_a_from_domain_there_is_no_verdict():
    assert decide_authentication("", dmarc="pass") == "none"


POSTMARK_SPF = (
    "Received-SPF",
    "Pass (sender SPF authorized) identity=mailfrom; client-ip=192.0.2.7; helo=mx.acme.example; "
    "envelope-from=ann@acme.example; receiver=x@inbound.postmarkapp.com",
)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("X-Spam-Tests", "DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU,SPF_PASS")], "pass"),
        ([("X-Spam-Tests", "DKIM_SIGNED,DKIM_VALID,SPF_PASS")], "none"),
        ([("X-Spam-Tests", "NO_RELAYS"), POSTMARK_SPF], "pass"),
        ([POSTMARK_SPF], "pass"),
        ([("Received-SPF", "Pass (x) envelope-from=x@evil.example; receiver=y")], "none"),
        ([("Received-SPF", "Fail (x) envelope-from=ann@acme.example; receiver=y")], "fail"),
        ([("Received-SPF", "Softfail (x) envelope-from=ann@acme.example")], "none"),
        (
            [
                (
                    "Received-SPF",
                    "Pass helo=x;envelope-from=ann@acme.example; envelope-from=x@evil.example",
                )
            ],
            "none",
        ),
        (
            [
                (
                    "Received-SPF",
                    'Pass envelope-from="x envelope-from=ann@acme.example"@evil.example',
                )
            ],
            "none",
        ),
        (
            [("Received-SPF", 'Pass envelope-from="x@acme.example"@evil.example; receiver=y')],
            "none",
        ),
        ([("Received-SPF", "Pass identity=helo; envelope-from=ann@acme.example")], "none"),
        ([("Received-SPF", "Pass identity=mailfrom; envelope-from=ann@acme.example x")], "none"),
        ([("Received-SPF", 'Pass envelope-from="ann@acme.example"; receiver=y')], "pass"),
        ([("X-Spam-Tests", "SPF_FAIL")], "fail"),
        ([("X-Spam-Tests", "DKIM_VALID,SPF_FAIL")], "none"),
        ([("X-Spam-Tests", "HTML_MESSAGE"), ("X-Spam-Tests", "DKIM_VALID_AU")], "none"),
        ([("Received-SPF", "Fail envelope-from=ann@acme.example"), POSTMARK_SPF], "fail"),
        ([], "none"),
    ],
)
def test_postmark_is_read_from_its_own_topmost_headers(headers, expected):
    assert verdict_from_postmark([*headers, FROM]) == expected


SIGNED = ("DKIM-Signature", "v=1; a=rsa-sha256; d=acme.example; s=x; bh=; b=")
SIGNED_BY_LIST = ("DKIM-Signature", "v=1; a=rsa-sha256; s=x; d=list.example")


@pytest.mark.parametrize(
    ("headers", "spf", "dkim", "envelope_sender", "expected"),
    [
        ([SIGNED], "Neutral", "Pass", "", "pass"),
        ([SIGNED_BY_LIST], "Neutral", "Pass", "", "none"),
        ([SIGNED, SIGNED_BY_LIST], "Neutral", "Pass", "", "none"),
        ([], "Neutral", "Pass", "", "none"),
        ([("DKIM-Signature", "d=acme.example; s=x; d=evil.example")], "", "Pass", "", "none"),
        ([("DKIM-Signature", "d=acme.example; s=x; D=evil.example")], "", "Pass", "", "none"),
        ([("DKIM-Signature", "d=acme.example; s=x; s=y")], "", "Pass", "", "none"),
        ([("DKIM-Signature", "d=acme.example; s=x; junk")], "", "Pass", "", "none"),
        ([SIGNED, ("DKIM-Signature", "d=x.example; d=x.example")], "", "Pass", "", "none"),
        ([("DKIM-Signature", "v=1; d = acme.example ;\tb=ab c==;")], "", "Pass", "", "pass"),
        ([], "Pass", "", '"x@acme.example"@evil.example', "none"),
        ([], "Pass", "", "ann@acme.example", "pass"),
        ([], "Pass", "", "x@evil.example", "none"),
        ([], "Pass", "", "", "none"),
        ([SIGNED], "Fail", "Fail", "ann@acme.example", "fail"),
        ([SIGNED], "Fail", "Pass", "ann@acme.example", "pass"),
        ([], "", "", "", "none"),
    ],
)
def test_mailgun_is_read_from_its_fields(headers, spf, dkim, envelope_sender, expected):
    found = verdict_from_mailgun(
        [*headers, FROM], spf=spf, dkim=dkim, envelope_sender=envelope_sender
    )
    assert found == expected


@pytest.mark.parametrize(
    ("spf", "dkim", "envelope_sender", "expected"),
    [
        ("none", "{@acme.example : pass}", "", "pass"),
        ("pass", "{@evil.example : pass}", "x@evil.example", "none"),
        ("none", "{@evil.example : pass, @mail.acme.example : pass}", "", "pass"),
        ("none", "{@acme.example : fail}", "", "none"),
        ("none", '{"@acme.example : pass, "@evil.example : pass}', "", "none"),
        ("none", '{"x"@acme.example : pass', "", "none"),
        ("pass", "none", '"x@acme.example"@evil.example', "none"),
        ("pass", "none", "ann@acme.example", "pass"),
        ("fail", "none", "ann@acme.example", "fail"),
        ("softfail", "none", "ann@acme.example", "none"),
        ("", "", "", "none"),
    ],
)
def test_sendgrid_is_read_from_its_form_fields(spf, dkim, envelope_sender, expected):
    assert (
        verdict_from_sendgrid([FROM], spf=spf, dkim=dkim, envelope_sender=envelope_sender)
        == expected
    )


def test_mailjet_says_nothing():
    assert verdict_from_mailjet([SIGNED, POSTMARK_SPF, FROM]) == "none"


@st.composite
def quoted_local_parts(draw):
    """A local part of RFC 5321, quoted: any printable characters, with backslashes before some."""
    piece = st.sampled_from(
        [
            *["@acme.example", "@", ".", ";", ":", "=", " ", "(", ")", "<", ">", ",", "x"],
            *["dmarc=pass", "header.from=acme.example", "header.d=acme.example", "spf=pass"],
            *["smtp.mailfrom=ann@acme.example", "envelope-from=ann@acme.example", "pass"],
            *['\\"', "\\\\", "\\@"],
        ]
    )
    return '"' + "".join(draw(st.lists(piece, max_size=12))) + '"'


@settings(deadline=None)
@given(quoted_local_parts())
def test_no_quoted_local_part_proves_another_domain(local):
    """The attacker owns evil.example, whose SPF and DKIM pass, and chooses the local part."""
    address = f"{local}@evil.example"
    for results in (
        [f"spf=pass smtp.mailfrom={address}"],
        [f"spf=pass smtp.mailfrom=<{address}>"],
        [f"dkim=pass header.i={address}"],
        [f"dkim=pass header.i={address} header.b=x", f"spf=pass smtp.mailfrom={address}"],
        [f"spf=none smtp.mailfrom={address}", "dmarc=none"],
        [f"dmarc=pass header.from={address}"],
    ):
        assert verdict(*results) == "none", results
    received = ("Received-SPF", f"Pass (ok) envelope-from={address}; receiver=y")
    assert verdict_from_postmark([received, FROM]) == "none"
    assert verdict_from_mailgun([FROM], spf="Pass", dkim="", envelope_sender=address) == "none"
    assert verdict_from_sendgrid([FROM], spf="pass", dkim="", envelope_sender=address) == "none"
    checked = f"{{{address} : pass}}"
    assert verdict_from_sendgrid([FROM], spf="none", dkim=checked) == "none"


@settings(deadline=None)
@given(quoted_local_parts())
def test_a_quoted_local_part_proves_its_own_domain(local):
    address = f"{local}@acme.example"
    assert verdict(f"spf=pass smtp.mailfrom={address}") == "pass"
    assert verdict(f"dkim=pass header.i={address} header.s=k") == "pass"


@pytest.mark.parametrize("piece", ['"', '"\\', "(", "(\\", "=", "; spf=", "<", "@", "a.b=c "])
def test_a_hostile_header_takes_no_time(piece):
    text = piece * 20_000
    spf, dkim = ("Received-SPF", f"Pass envelope-from={text}"), ("DKIM-Signature", text)
    verdicts = [
        partial(verdict, f"spf=pass smtp.mailfrom={text}"),
        partial(verdict_from_postmark, [spf, FROM]),
        partial(verdict_from_mailgun, [dkim, FROM], spf="", dkim="pass"),
        partial(verdict_from_sendgrid, [FROM], spf="pass", dkim=text, envelope_sender=text),
    ]
    for judge in verdicts:
        assert run_within(100, judge) == "none"
