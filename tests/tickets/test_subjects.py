"""Prefixes of replies and forwards before a subject."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.subjects import is_forward, strip_reply_prefixes

PREFIXES = [
    "Re:", "RES: ", "Enc: ", "AW:", "WG: ", "TR : ", "R: ", "I: ", "SV: ", "VS: ", "Antw: ",
    "Odp: ", "YNT: ", "ILT: ", "回复：", "转发: ", "답장: ", "Re[12]: ", "RE(3): ", "re^2: ",
    "Отв: ", "ΑΠ: ", "השב: ", "رد: ", "FW :", "Fwd: ",
]  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_prefix_is_removed(prefix: str) -> None:
    assert strip_reply_prefixes(f"{prefix}The server") == "The server"


@pytest.mark.parametrize(
    "subject",
    [
        "Restart: the server", "Error: none", "Reply to me", "Response time", "Refund: order 7",
        "Translation: wrong", "Integration: CRM", "12: a number", "[RC-1] Re: inside", "",
    ],
)  # fmt: skip
def test_a_subject_that_only_looks_like_one_stays(subject: str) -> None:
    assert strip_reply_prefixes(subject) == subject


@given(st.lists(st.sampled_from(PREFIXES), max_size=30), st.text(alphabet="xyz ", min_size=1))
def test_any_stack_of_prefixes_is_removed(prefixes: list[str], rest: str) -> None:
    subject = f"x{rest}".strip()
    assert strip_reply_prefixes("".join(prefixes) + subject) == subject


def test_a_long_row_of_prefixes_costs_little() -> None:
    assert strip_reply_prefixes("Re: " * 20_000 + "x") == "x"


@pytest.mark.parametrize("subject", ["FW: x", "Fwd: Re: x", "WG: x", "ENC: x", "RV: x", "转发：x"])
def test_a_forward_is_recognized_by_its_first_prefix(subject: str) -> None:
    assert is_forward(subject)


@pytest.mark.parametrize("subject", ["", "x", "Re: FW: x", "RES: ENC: x", "Forward: x", "AW: x"])
def test_a_reply_to_a_forwarded_email_is_not_a_forward(subject: str) -> None:
    assert not is_forward(subject)
