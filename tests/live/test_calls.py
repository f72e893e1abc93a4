"""Calls on the pages of the agent who takes them, and on no other page."""

from __future__ import annotations

import pytest

from helpdesk.live.messages import Change, IncomingCall


def test_a_call_survives_the_channel() -> None:
    call = IncomingCall(12, 7)
    assert IncomingCall.parse(str(call)) == call


@pytest.mark.parametrize(
    "text", ["call", "call 1", "call x 7", "call 1 2 3", "held 3", str(Change(7))]
)
def test_other_messages_are_no_calls(text: str) -> None:
    assert IncomingCall.parse(text) is None
