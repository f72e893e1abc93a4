"""The JSON of a customer card: what is a card, and the sentence for what isn't."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.cards.contract import MAX_COMPONENTS, ContractError, Kind, parse_card


def encode(*components: Any) -> bytes:
    return json.dumps({"components": components}).encode()


def test_all_kinds_of_components_are_read() -> None:
    body = encode(
        {"type": "text", "label": "Contract", "text": " Renews in March "},
        {"type": "number", "label": "Seats", "value": 250},
        {"type": "badge", "text": "At risk", "tone": "red"},
        {"type": "link", "label": "Invoices", "url": "https://billing.example.com/acme"},
        {"type": "table", "columns": ["Server", "Version"], "rows": [["chat-1", ""]]},
    )
    text, number, badge, link, table = parse_card(body)
    assert (text.label, text.text) == ("Contract", "Renews in March")
    assert (number.kind, number.text) == (Kind.NUMBER, "250")
    assert (badge.label, badge.text, badge.tone) == ("", "At risk", "red")
    assert link.url == "https://billing.example.com/acme"
    assert (table.columns, table.rows) == (("Server", "Version"), (("chat-1", ""),))


def test_an_empty_card_is_a_card() -> None:
    assert parse_card(encode()) == ()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<html>", "The response isn't JSON."),
        (b"\xff\xfe", "The response isn't JSON."),
        (b"[" * 100_000, "The response isn't JSON."),
        (b"[]", "The response has no list of components."),
        (b'{"components": {}}', "The response has no list of components."),
        (encode(*[{}] * (MAX_COMPONENTS + 1)), "The response has more than 20 components."),
        (encode("x"), "Component 1 has an unknown type."),
        (encode({"type": "script"}), "Component 1 has an unknown type."),
        (encode({"type": ["text"]}), "Component 1 has an unknown type."),
        (
            encode({"type": "text", "text": "x"}, {"type": "text", "text": " "}),
            "Component 2: text must be a string of 1 to 500 characters.",
        ),
        (
            encode({"type": "text", "text": "x" * 501}),
            "Component 1: text must be a string of 1 to 500 characters.",
        ),
        (
            encode({"type": "text", "text": "a\x00"}),
            "Component 1: text must be a string of 1 to 500 characters.",
        ),
        (encode({"type": "number", "value": True}), "Component 1: value isn't a number."),
        (
            b'{"components": [{"type": "number", "value": NaN}]}',
            "Component 1: value isn't a number.",
        ),
        (
            b'{"components": [{"type": "number", "value": 1' + b"0" * 400 + b"}]}",
            "Component 1: value isn't a number.",
        ),
        (
            encode({"type": "text", "text": "\ud800"}),
            "Component 1: text must be a string of 1 to 500 characters.",
        ),
        (
            '{"components": []}'.encode("utf-16"),
            "The response isn't JSON.",
        ),
        (
            b'{"components": [{"type": "number", "value": 1e999}]}',
            "Component 1: value isn't a number.",
        ),
        (
            encode({"type": "badge", "text": "x", "tone": "pink"}),
            "Component 1: tone isn't a known color.",
        ),
        (
            encode({"type": "badge", "text": "x", "tone": []}),
            "Component 1: tone isn't a known color.",
        ),
        (
            encode({"type": "link", "label": "x", "url": "javascript:alert(1)"}),
            "Component 1: url isn't a valid URL.",
        ),
        (
            encode({"type": "link", "label": "x", "url": "https://user@host.example/"}),
            "Component 1: url isn't a valid URL.",
        ),
        (
            encode({"type": "link", "label": "x", "url": "https://[::1/"}),
            "Component 1: url isn't a valid URL.",
        ),
        (
            encode({"type": "table", "columns": ["A"], "rows": [["1", "2"]]}),
            "Component 1: rows must be a list of up to 10 items of equal length.",
        ),
        (
            encode({"type": "table", "columns": [], "rows": []}),
            "Component 1: columns must be a list of up to 5 items of equal length.",
        ),
    ],
)
def test_anything_else_is_refused_with_its_place(body: bytes, sentence: str) -> None:
    with pytest.raises(ContractError) as caught:
        parse_card(body)
    assert str(caught.value) == sentence


def test_characters_that_turn_the_direction_of_a_text_are_left_out() -> None:
    turned = "\u202egpj.\u2066exe"
    (badge,) = parse_card(encode({"type": "badge", "label": turned, "text": turned}))
    assert (badge.label, badge.text) == ("gpj.exe", "gpj.exe")
