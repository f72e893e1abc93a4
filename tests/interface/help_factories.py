"""Components of requests for help and attention, for the tests of partials."""

from __future__ import annotations

from typing import Any

from helpdesk.agent.help.attention import AttentionLine, EscalationCard
from helpdesk.agent.help.cards import HelpLine

ISO = "2026-11-18T13:00:00+00:00"


def make_help_line() -> HelpLine:
    return HelpLine(
        url="/help/1",
        title="Server team",
        detail="Is 4 GB enough?",
        state="Overdue",
        tone="red",
        when_iso=ISO,
        when_text="2h overdue",
        when_title="Wed, Nov 18",
    )


def make_attention(**changes: Any) -> AttentionLine:
    given = {
        "subject": "RC-1 Crash",
        "account": "Acme Corp",
        "url": "/tickets/1",
        "urgency": "Now",
        "why": "The board asks",
        "asked": "Asked by Lea, 2h ago",
        "state": "Accepted",
        "tone": "green",
        "decision": "Ana, Wed: On it",
        "decide_url": "/attention/1",
        "escalate_url": "/escalation",
    }
    return AttentionLine(**(given | changes))


def make_escalation(*, is_late: bool = False) -> EscalationCard:
    return EscalationCard(
        account="Acme",
        url="/escalation",
        summary="Escalated account, led by Ana.",
        exit_criteria="No crash",
        cadence="Updates are promised every 24 hours.",
        is_late=is_late,
    )
