"""Operators are read out of a search; all else stays a word."""

from __future__ import annotations

import pytest

from tickets.search.operators import MAX_OPERATORS, Doubt, Parsed, parse_operators

KNOWN = {"is", "tier", "from", "tag", "before"}


def read(text: str) -> Parsed:
    return parse_operators(text, KNOWN)


def test_operators_and_words_come_in_any_order() -> None:
    found = read('printer is:waiting "on fire" tier:"Mission  Critical" tag:sso now')
    assert [(one.name, one.value) for one in found.operators] == [
        ("is", "waiting"),
        ("tier", "Mission Critical"),
        ("tag", "sso"),
    ]
    assert found.words == 'printer "on fire" now'
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tier:“Mission Critical”", "Mission Critical"),
        ('tier:"Mission Critical', "Mission Critical"),
        ("TIER:gold", "gold"),
        ("from:zoe@helvetia.example", "zoe@helvetia.example"),
        ("tag:a:b", "a:b"),
    ],
)
def test_a_value_may_be_quoted_in_any_way_and_have_colons(text: str, value: str) -> None:
    [operator] = read(text).operators
    assert operator.value == value


@pytest.mark.parametrize(
    "text",
    [
        '"is:waiting or not"',
        "Re: printer",
        "Error:500",
        "https://example.com/is:open",
        "is : open",
        "RC-1042:x",
        "12:30",
        ":",
        "",
    ],
)
def test_what_only_looks_alike_stays_words(text: str) -> None:
    assert read(text) == Parsed(text)


def test_a_minus_excludes() -> None:
    [operator] = read("-tag:sso printer").operators
    assert operator.is_negated
    assert str(operator) == "-tag:sso"


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("teir:gold", Doubt.UNKNOWN),
        ("from:", Doubt.EMPTY),
        ('from:""', Doubt.EMPTY),
    ],
)
def test_what_cannot_be_read_is_searched_for_and_named(text: str, doubt: Doubt) -> None:
    found = read(f"printer {text}")
    assert found.words == f"printer {text}"
    assert found.operators == ()
    assert found.doubts == ((text, doubt),)


def test_the_number_of_operators_is_bounded() -> None:
    found = read("tag:x " * (MAX_OPERATORS + 1))
    assert len(found.operators) == MAX_OPERATORS
    assert found.doubts == (("tag:x", Doubt.TOO_MANY),)


def test_hostile_text_is_read_in_linear_time() -> None:
    for text in ('tag:"' * 3000, "a:" * 5000, '"' * 9999, "-" * 9999):
        read(text)
