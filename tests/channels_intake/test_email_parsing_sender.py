"""The sender is exactly one address, parsed in one way, or unknown."""

import pytest

from channels_intake.mime.addresses import quote_address
from channels_intake.mime.parsing import parse_message
from tickets.sentences.remarks import RemarkCode, make_remark

ANN = "ann@acme.example"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("ann@acme.example", ""),
        ("<ann@acme.example>", ""),
        ("Ann <ANN@Acme.Example>", "Ann"),
        ("Ann Miller <ann@acme.example>", "Ann Miller"),
        ('"Miller, Ann" <ann@acme.example>', "Miller, Ann"),
        ("Miller, Ann <ann@acme.example>", "Miller, Ann"),
        ("ann@acme.example (Ann Miller)", "Ann Miller"),
        ("Ann <ann@acme.example> (at home)", "Ann"),
        ("A. B. Miller <ann@acme.example>", "A. B. Miller"),
        ("=?utf-8?q?Ann_M=C3=BCller?= <ann@acme.example>", "Ann Müller"),
        ("=?utf-8?q?M=C3=BCller,_Ann?= <ann@acme.example>", "Müller, Ann"),
        ('"=?utf-8?q?Ann?=" <ann@acme.example>', "Ann"),
        ('"ceo@other.example" <ann@acme.example>', "ceo@other.example"),
        ("ann@acme.example <ann@acme.example>", "ann@acme.example"),
        ('"ann"@acme.example', ""),
        ("ann@acme.example.", ""),
        ("\n Ann\n <ann@acme.example>", "Ann"),
    ],
)
def test_an_honest_spelling_gives_the_address(header, name):
    mail = parse_message(f"From: {header}\n\nx".encode())
    assert (mail.sender.email, mail.sender.name) == (ANN, name)
    assert mail.notes == ()


# Tricks that some parser turns into ceo@acme.example. What is visible is x@evil.example or nothing.
TRICKS = [
    '"ceo@acme.example" <x@evil.example>',
    "ceo@acme.example <x@evil.example>",
    "<ceo@acme.example> <x@evil.example>",
    "<ceo@acme.example><x@evil.example>",
    "ceo@acme.example, x@evil.example",
    "x@evil.example, ceo@acme.example",
    "ceo@acme.example x@evil.example",
    "(ceo@acme.example) x@evil.example",
    "x@evil.example (<ceo@acme.example>)",
    "<x@evil.example (> ceo@acme.example)",
    "=?utf-8?b?Y2VvQGFjbWUuZXhhbXBsZT4=?= <x@evil.example>",
    "=?utf-8?q?ceo=40acme.example=3E_=22?= <x@evil.example>",
    "=?utf-8?q?ceo@acme.example?= <x@evil.example>",
    "=?utf-8?q?ceo=40acme.example?=",
    "<=?utf-8?q?ceo=40acme.example?=>",
    "=?x?q?ceo@acme.example=3e=00?=@evil.example",
    "<ceo@acme.example@evil.example>",
    "<@acme.example:x@evil.example>",
    "<x@evil.example,@acme.example>",
    '"ceo@acme.example\\" <x@evil.example>',
    '"ceo@acme.example"@evil.example',
    "<ceo%acme.example@evil.example>",
    "ceo@acme.example\x00 <x@evil.example>",
    "x@evil.example\r ceo@acme.example",
    "team: ceo@acme.example, x@evil.example;",
    "<<ceo@acme.example>x@evil.example>",
    "ceo@acme.example\n <x@evil.example>",
    "ceo@acme。example <x@evil.example>",
    "ceo＠acme.example <x@evil.example>",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_gives_the_visible_address_or_an_unknown_sender(trick):
    mail = parse_message(f"From: {trick}\n\nx".encode())
    assert mail.sender.email in {"", "x@evil.example", "ceo%acme.example@evil.example"}
    if not mail.sender.email:
        assert mail.notes[0] == make_remark(RemarkCode.UNCLEAR_SENDER)


@pytest.mark.parametrize("field", ["Sender", "Reply-To", "Resent-From", "Return-Path", "X-From"])
@pytest.mark.parametrize("trick", [*TRICKS, "ceo@acme.example"])
def test_no_other_field_names_the_sender(field, trick):
    honest = parse_message(
        f"{field}: {trick}\nFrom: x@evil.example\n{field}: {trick}\n\nx".encode()
    )
    assert honest.sender.email == "x@evil.example"
    assert parse_message(f"{field}: {trick}\n\nx".encode()).sender.email == ""


@pytest.mark.parametrize(
    "headers",
    [
        "From: ann@acme.example\nFrom: x@evil.example",
        "From: ann@acme.example\nfrom : x@evil.example",
        "From: ann@acme.example\nFROM: nonsense",
        "From: ann@acme.example\n" * 11,
    ],
)
def test_two_different_from_headers_make_the_sender_unknown(headers):
    mail = parse_message(f"{headers}\n\nx".encode())
    assert mail.sender.email == ""
    assert mail.notes == (make_remark(RemarkCode.SEVERAL_SENDERS),)


def test_the_same_from_twice_is_believed_and_noted():
    mail = parse_message(b"From: ann@acme.example\nFrom: Ann <ANN@acme.example>\n\nx")
    assert mail.sender.email == ANN
    assert mail.notes == (make_remark(RemarkCode.REPEATED_SENDER),)


def test_a_missing_from_is_noted():
    mail = parse_message(b"Subject: x\n\nx")
    assert mail.sender.email == ""
    assert mail.notes == (make_remark(RemarkCode.NO_SENDER),)


@pytest.mark.parametrize(
    "raw",
    [
        "From: jörg@acme.example".encode("latin-1"),
        "From: x@acme\u2024example".encode(),
        "From: \N{KELVIN SIGN}@acme.example".encode(),
        b"From: " + b"a" * 5000 + b" <ann@acme.example>",
        b"From: ann@[192.0.2.1]",
        b"From: ann@localhost",
        b"From: ann",
        b"From: ",
    ],
)
def test_an_address_that_cannot_be_compared_is_unknown(raw):
    assert parse_message(raw + b"\n\nx").sender.email == ""


def test_an_international_domain_is_kept_in_ascii():
    assert (
        parse_message("From: x@bücher.example\n\nx".encode()).sender.email
        == "x@xn--bcher-kva.example"
    )


@pytest.mark.parametrize(
    ("header", "email", "quoted"),
    [
        ("Taro <ken...ji@docomo.example>", "ken...ji@docomo.example", '"ken...ji"@docomo.example'),
        ('"mai."@ezweb.example', "mai.@ezweb.example", '"mai."@ezweb.example'),
        ("plain.name@acme.example", "plain.name@acme.example", "plain.name@acme.example"),
    ],
)
def test_dots_in_a_row_are_read_and_quoted_when_we_reply(header, email, quoted):
    envelope = parse_message(f"From: {header}\n\nHello.".encode())
    assert envelope.sender.email == email
    assert quote_address(email) == quoted
    assert parse_message(f"From: {quoted}\n\nHello.".encode()).sender.email == email
