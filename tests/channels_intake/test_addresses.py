"""Addresses are found beside any other text, and what is found is exactly one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.matching import normalize_email
from channels_intake.incoming.threads import MAX_PLUSES, split_plus_tags
from channels_intake.mime.addresses import parse_sender
from channels_intake.mime.parsing import parse_message

JAN = "jan@nordwind.example"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"J\xf6rg M\xfcller <jan@nordwind.example>", "Jörg Müller"),
        ("Jörg <jan@nordwind.example>".encode(), "Jörg"),
        (b"\x8e\x52\x93c\x81\x40\x91\xbe\x98Y <jan@nordwind.example>", None),
        (b"\x1b$B;3ED\x1b(B <jan@nordwind.example>", "山田"),
        (b'\x1b$B%@"<>%"\x1b(B <jan@nordwind.example>', None),
        (b"Jan\x01\x02 M\x1f <jan@nordwind.example>", "Jan M"),
        (b"Jan\x00 <jan@nordwind.example>", "Jan"),
        (b'"Jan\x07" <jan@nordwind.example>', "Jan"),
        (b"\xff\xfe <jan@nordwind.example>", None),
        (b'"Jan <jan@nordwind.example>', "Jan"),
        (b"Jan (at home <jan@nordwind.example>", "Jan (at home"),
        (b"Jan ;-) <jan@nordwind.example>", None),
        (b"Support: Jan <jan@nordwind.example>", "Support: Jan"),
        (b"Jan @ Nordwind <jan@nordwind.example>", "Jan @ Nordwind"),
        (b"@jan <jan@nordwind.example>", "@jan"),
        (b"jan@nordwind.example (Jan", "Jan"),
        (b"=?utf-8?q?J=FF?= <jan@nordwind.example>", None),
        (b"=?nonsense?b?!!!?= <jan@nordwind.example>", None),
    ],
)
def test_a_broken_name_does_not_hide_the_address(header: bytes, name: str | None) -> None:
    envelope = parse_message(b"From: " + header + b"\r\nSubject: x\r\n\r\nHello.")
    assert envelope.sender.email == JAN
    assert name is None or envelope.sender.name == name


names = st.text(
    alphabet=st.characters(blacklist_characters="<>@＠\r\n", blacklist_categories=["Cs"]),
    max_size=80,
)


@given(names)
def test_any_name_without_brackets_leaves_the_address_readable(name: str) -> None:
    address, _ = parse_sender([("From", f"{name} <{JAN}>")])
    assert address.email == JAN


@given(st.binary(max_size=60).filter(lambda raw: not set(raw) & set(b"<>@\r\n\x1b")))
def test_any_bytes_in_a_name_leave_the_address_readable(name: bytes) -> None:
    envelope = parse_message(b"From: " + name + b" <" + JAN.encode() + b">\r\n\r\nx")
    assert envelope.sender.email == JAN


@given(st.text(max_size=120))
def test_what_is_read_as_the_sender_is_one_plain_address(value: str) -> None:
    address, _ = parse_sender([("From", value)])
    assert address.email == normalize_email(address.email)


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_address_in_the_name_is_never_read_in_place_of_the_one_in_brackets(
    before: str, after: str
) -> None:
    address, _ = parse_sender([("From", f"{before}ceo@acme.example{after} <{JAN}>")])
    assert address.email in {"", JAN}


locals_ = st.text(alphabet="abcxyz0189._-%", min_size=1, max_size=20)


@given(locals_, st.text(alphabet="abcxyz0189._-+=", max_size=30))
def test_a_plus_belongs_to_the_mailbox_before_it(local: str, tag: str) -> None:
    address = f"{local}+{tag}@rocket.example"
    ways = split_plus_tags(address)
    assert ways[0] == (f"{local}@rocket.example", tag)
    assert ways[-1] == (address, "")
    assert len(ways) == min(tag.count("+") + 1, MAX_PLUSES) + 1
    joined = {f"{box.rpartition('@')[0]}+{rest}@rocket.example" for box, rest in ways[:-1]}
    assert joined == {address}
    assert split_plus_tags(f"{local}@rocket.example") == [(f"{local}@rocket.example", "")]
