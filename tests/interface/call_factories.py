"""Components of the pages of calls, for the tests of partials."""

from __future__ import annotations

from typing import Any

from helpdesk.agent.calls.cards import CallLine, CallPop, KnownCaller

ISO = "2026-11-18T13:00:00+00:00"


def make_call(**changes: Any) -> CallLine:
    given = {
        "url": "/calls/1",
        "caller": "Ines, +4930123456",
        "direction": "Incoming",
        "state": "Missed",
        "tone": "red",
        "when_iso": ISO,
        "when_text": "2h",
        "when_title": "Wed, Nov 18",
        "duration": "3:12 min",
        "ticket": "RC-1",
        "ticket_url": "/tickets/1",
        "outcome": "Solved",
    }
    return CallLine(**(given | changes))


def make_pop(**changes: Any) -> CallPop:
    given = {
        "url": "/calls/1",
        "title": "Call from Ines",
        "detail": "Possibly Ines (Acme). Ask who is calling.",
        "entitlement": "Hotline: High only, 24x7.",
    }
    return CallPop(**(given | changes))


def make_caller() -> KnownCaller:
    return KnownCaller(
        contact_id=7,
        name="Ines",
        email="ines@acme.example",
        url="/customers/7",
        account="Acme",
        plan="Enterprise",
        entitlement="Hotline: High only, 24x7.",
    )
