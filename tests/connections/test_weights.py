"""How long X takes a text to be (docs.x.com/fundamentals/counting-characters)."""

from __future__ import annotations

import pytest

from channels_intake.connections.outgoing.weights import count_weighted

CASES = [
    ("", 0),
    ("Hello, world! 👋", 16),  # the example of X's page
    ("a" * 280, 280),
    ("é", 1),
    ("e\u0301", 1),  # composed before it is counted
    ("“Quoted” – and so on…", 22),  # X counts the ellipsis twice
    ("日本語", 6),
    ("Привет", 6),
    ("👾", 2),
    ("🙋🏽", 2),
    ("👨\u200d🎤", 2),
    ("👨\u200d👩\u200d👧\u200d👦", 2),
    ("🇧🇷🇩🇪", 4),
    ("1️⃣", 2),
    ("❤️", 2),
    ("https://example.com", 23),
    ("https://example.com/very/long/path?with=a&query=that-goes-on-and-on-and-on", 23),
    ("(see https://example.com/a).", 30),
    ("https://example.com日本", 27),
    ("see example.com today", 33),
    ("HTTP://EXAMPLE.COM", 23),
    ("a.b is no domain, e.g. this", 27),
    ("ana@example.com", 15),
]


@pytest.mark.parametrize(("text", "count"), CASES)
def test_a_text_is_as_long_as_x_counts_it(text: str, count: int) -> None:
    assert count_weighted(text) == count
