"""Answers are split where a vendor counts bytes instead of characters."""

from __future__ import annotations

import pytest

from channels_intake.connections.outgoing.splitting import count_fitting, split_text


def test_parts_keep_below_the_bytes_and_lose_nothing() -> None:
    text = "Señor Müller, el número ñ. " * 90
    parts = split_text(text, None, 1000)
    assert len(parts) > 1
    assert all(len(part.encode()) <= 1000 for part in parts)
    assert " ".join(parts).split() == text.split()


def test_a_character_is_never_cut_in_two() -> None:
    parts = split_text("😀" * 501, None, 1000)
    assert [len(part) for part in parts] == [250, 250, 1]


@pytest.mark.parametrize(
    ("text", "max_chars", "max_bytes", "fitting"),
    [
        ("abc", None, None, 3),
        ("abc", 2, None, 2),
        ("äbc", None, 3, 2),
        ("äbc", 1, 3, 1),
        ("😀", None, 3, 1),  # never none: the vendor refuses it, and no text is endless
    ],
)
def test_what_fits_into_one_part(
    text: str, max_chars: int | None, max_bytes: int | None, fitting: int
) -> None:
    assert count_fitting(text, max_chars, max_bytes) == fitting
