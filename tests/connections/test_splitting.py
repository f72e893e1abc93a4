"""Long answers are split where a reader would, and never within a letter."""

from __future__ import annotations

import pytest

from channels_intake.connections.outgoing.splitting import split_text


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("Hello.", None, ["Hello."]),
        ("Hello.", 6, ["Hello."]),
        ("  ", 6, []),
        ("One two three.\n\nFour five six.", 20, ["One two three.", "Four five six."]),
        ("One two.\nThree four five.", 20, ["One two.\nThree four", "five."]),
        ("First one. Second one here.", 15, ["First one.", "Second one", "here."]),
        ("aaaaa bbbbb ccccc", 11, ["aaaaa bbbbb", "ccccc"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
    ],
)
def test_a_text_is_split_where_it_reads_best(text: str, most: int, parts: list[str]) -> None:
    assert split_text(text, most) == parts


@pytest.mark.parametrize("letter", ["👩‍👩‍👧", "👍🏽", "é", "❤️"])
def test_no_letter_is_torn_apart(letter: str) -> None:
    parts = split_text(letter * 20, 10)
    assert "".join(parts) == letter * 20
    assert {part.replace(letter, "") for part in parts} == {""}


def test_a_limit_in_bytes_counts_what_is_sent() -> None:
    parts = split_text("ä" * 30, None, max_bytes=20)
    assert [len(part.encode()) for part in parts] == [20, 20, 20]
    assert split_text("ä" * 10, 20, max_bytes=20) == ["ä" * 10]


def test_a_vendor_counts_in_its_own_way() -> None:
    parts = split_text("漢" * 20, 10, count=lambda text: 2 * len(text))
    assert parts == ["漢" * 5] * 4


def test_nothing_but_white_space_is_left_out() -> None:
    text = "\n\n".join(f"Paragraph {n}: " + "word " * n for n in range(40))
    parts = split_text(text, 100)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert max(map(len, parts)) <= 100
