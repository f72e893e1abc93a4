"""Sentences of the history by what is known (every kind: tests/agent/test_history.py)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Desk
from tickets.events import EventKind
from tickets.models import TicketEvent
from tickets.timeline import SENTENCES, describe_event

DUE = "2026-11-26T08:45:00+00:00"
NEXT = {"code": "next_in_rotation", "agent": "Bo", "level": "l1"}
NO_ONE = {"code": "no_agent_on_shift", "level": "l1"}
NOT_A_MEMBER = {"code": "not_a_member", "agent": "Bo", "department": "Paid"}

CASES: list[tuple[EventKind, dict[str, Any], str]] = [
    (EventKind.TICKET_OPENED, {}, "Ana opened the ticket."),
    (
        EventKind.TICKET_OPENED,
        {"priority": "High"},
        "Ana opened the ticket with priority High.",
    ),
    (
        EventKind.TICKET_OPENED,
        {"unverified": True},
        "Ana opened the ticket. The sender is unverified.",
    ),
    (EventKind.CUSTOMER_RESPONDED, {"status": ["open", "open"]}, "Ana replied."),
    (EventKind.AGENT_REPLIED, {"is_first": False}, "Ana replied to the customer."),
    (EventKind.TICKET_CLOSED, {}, "Ana closed the ticket."),
    (EventKind.TICKET_CLOSED, {"reason": "by_customer"}, "Ana closed the ticket."),
    (EventKind.TICKET_CLOSED, {"reason": "solved"}, "Ana closed the ticket as solved."),
    (EventKind.TICKET_CLOSED, {"reason": "duplicate"}, "Ana closed the ticket as a duplicate."),
    (EventKind.TICKET_CLOSED, {"reason": "spam"}, "Ana closed the ticket as spam."),
    (
        EventKind.ESCALATED,
        {"level": ["l1", "l2"], "why": "  "},
        "Ana escalated the ticket from Level 1 to Level 2.",
    ),
    (
        EventKind.ASSIGNED,
        {"names": ["Cy", "Bo"], "reason": NEXT},
        "Assigned to Bo (on shift, Level 1, next in rotation). It was previously assigned to Cy.",
    ),
    (
        EventKind.ASSIGNED,
        {"names": ["Bo", ""], "reason": NOT_A_MEMBER},
        "Ana unassigned Bo. Bo isn't a member of Paid, and only members see its tickets.",
    ),
    (
        EventKind.ASSIGNED,
        {"names": ["", "Bo"], "why": "Knows LDAP"},
        "Ana assigned the ticket to Bo. Reason: Knows LDAP",
    ),
    (
        EventKind.LEFT_UNASSIGNED,
        {"reason": NO_ONE},
        "The ticket is waiting for an agent. No agent at Level 1 in this department is on shift.",
    ),
    (
        EventKind.TERMS_CHANGED,
        {"terms": {"account": "Acme", "plan": "", "status": "community"}},
        "Acme now has the status Community and no plan.",
    ),
    (
        EventKind.DEPARTMENT_CHANGED,
        {"department": ["Trials", "Paid"], "why": ""},
        "Ana moved the ticket from Trials to Paid.",
    ),
    (
        EventKind.SENDER_VERIFIED,
        {"proof": "reply", "account": ""},
        "Ana is now a verified sender."
        " The sender replied to an email that was sent to this address."
        " The ticket still doesn't belong to an account.",
    ),
    (EventKind.CUSTOMER_REMINDED, {"closes_at": ""}, "The customer was reminded."),
    (EventKind.SLA_STARTED, {"due_at": DUE}, "First response due Thu, Nov 26, 5:45 AM."),
    (
        EventKind.SLA_REPLANNED,
        {"due_at": DUE, "plan": "Plus"},
        "First response now due Thu, Nov 26, 5:45 AM (Plus).",
    ),
    (
        EventKind.SLA_STARTED,
        {"clock": "next_response", "due_at": DUE, "policy": "VIP", "plan": "Plus"},
        "Next response due Thu, Nov 26, 5:45 AM (VIP, Plus).",
    ),
    (
        EventKind.SLA_STOPPED,
        {"clock": "resolution", "was_due_at": DUE},
        "Resolution aim: there is no target anymore. It was due Thu, Nov 26, 5:45 AM.",
    ),
    (
        EventKind.SLA_WARNED,
        {"clock": "update", "due_at": DUE, "point": 90},
        "Regular update: 90% of the time is used. Due Thu, Nov 26, 5:45 AM.",
    ),
    (
        EventKind.SLA_BREACHED,
        {"clock": "promised_update", "due_at": DUE},
        "Promised update overdue. It was due Thu, Nov 26, 5:45 AM.",
    ),
    (
        EventKind.SLA_MET,
        {"due_at": DUE, "in_time": False},
        "First response late. It was due Thu, Nov 26, 5:45 AM.",
    ),
    (
        EventKind.MAIL_RELEASED,
        {"verified": False},
        "Ana released the message from quarantine. Its sender stays unverified.",
    ),
    (
        EventKind.MAIL_SENT,
        {"to": "a@x.example", "mail_kind": "reply"},
        "The reply was emailed to a@x.example.",
    ),
    (EventKind.MAIL_SENT, {"to": "a@x.example"}, "An email was sent to a@x.example."),
    (
        EventKind.MAIL_FAILED,
        {"to": "a@x.example", "reason": {"code": "timed_out"}},
        "The email to a@x.example couldn't be delivered. The mail server took too long to respond.",
    ),
]


def describe(kind: EventKind, facts: dict[str, Any], **event: Any) -> str:
    desk = Desk(ticket_prefix="RC")
    with timezone.override("America/Sao_Paulo"):
        return describe_event(
            TicketEvent(**{"kind": kind, "actor_name": "Ana", "data": facts} | event), desk
        )


@pytest.mark.parametrize(("kind", "facts", "sentence"), CASES)
def test_a_sentence_says_what_is_known(
    kind: EventKind, facts: dict[str, Any], sentence: str
) -> None:
    assert describe(kind, facts) == sentence


def test_every_kind_has_a_description() -> None:
    assert set(SENTENCES) == set(EventKind)


@pytest.mark.parametrize(
    ("kind", "name"), [("agent", "Agent"), ("contact", "Customer"), ("system", "Plumbline")]
)
def test_an_actor_without_a_name_is_named_by_their_kind(kind: str, name: str) -> None:
    said = describe(EventKind.NOTE_ADDED, {}, actor_kind=kind, actor_name="")
    assert said == f"{name} added an internal note."


def test_names_with_percent_signs_are_shown_as_they_are() -> None:
    facts = {"names": ["100 %(actor)s", "50 %"], "why": "%s"}
    assert describe(EventKind.ASSIGNED, facts) == (
        "Ana reassigned the ticket from 100 %(actor)s to 50 %. Reason: %s"
    )


def test_the_state_has_the_desks_own_word() -> None:
    desk = Desk(ticket_prefix="RC", state_words={"waiting": "Pending"})
    event = TicketEvent(
        kind=EventKind.AGENT_REPLIED, actor_name="Ana", data={"status": ["open", "waiting"]}
    )
    assert describe_event(event, desk).endswith("The ticket is now Pending.")


def test_times_are_in_the_readers_time_zone() -> None:
    event = TicketEvent(kind=EventKind.SLA_BREACHED, data={"due_at": DUE}, actor_name="Ana")
    with timezone.override("Asia/Kolkata"):
        assert describe_event(event, Desk()).endswith("It was due Thu, Nov 26, 2:15 PM.")


def test_a_kind_of_a_newer_version_never_fails_a_page() -> None:
    event = TicketEvent(kind="ticket.of_tomorrow", actor_name="Ana", data={})
    assert describe_event(event, Desk()) == "ticket.of_tomorrow"
