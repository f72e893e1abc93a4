"""The History tab (M29): every kind of event is a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Desk
from helpdesk.agent.views.history import SIGNS
from helpdesk.templatetags.ui import draw_icon
from tests.agent.conftest import count_statements, inside
from tests.cast import NOON, Cast
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent
from tickets.services import reply
from tickets.timeline import describe_event

DUE = "2026-11-18T21:00:00+00:00"
FACTS: dict[EventKind, tuple[dict[str, Any], str]] = {
    EventKind.TICKET_OPENED: (
        {"priority": "High", "follow_up_of": 1003, "unverified": True},
        "Ana opened the ticket with priority High, following up on RC-1003; the sender is not proven.",
    ),
    EventKind.CUSTOMER_RESPONDED: (
        {"status": ["waiting", "open"]},
        "Ana answered; the ticket is now Open.",
    ),
    EventKind.MACHINE_RESPONDED: ({}, "An automatic answer from Ana arrived; it changes nothing."),
    EventKind.AGENT_REPLIED: (
        {"is_first": True, "status": ["open", "waiting"]},
        "Ana replied to the customer for the first time; the ticket is now Pending.",
    ),
    EventKind.NOTE_ADDED: ({"note": 1}, "Ana wrote an internal note."),
    EventKind.STATUS_CHANGED: (
        {"status": ["open", "waiting"], "move": "wait_for_customer"},
        "Ana changed the status from Open to Pending.",
    ),
    EventKind.TICKET_CLOSED: (
        {"reason": "silence", "status": ["waiting", "closed"]},
        "Ana closed the ticket: No answer from the customer.",
    ),
    EventKind.TICKET_REOPENED: ({"status": ["closed", "open"]}, "Ana reopened the ticket."),
    EventKind.ESCALATED: (
        {"level": ["l2", "rnd"], "why": "A defect."},
        "Ana escalated the ticket from Level 2 to R&D: A defect.",
    ),
    EventKind.ASSIGNED: (
        {"names": ["", "Bo"], "why": "Bo has waited longest."},
        "Ana assigned the ticket to Bo: Bo has waited longest.",
    ),
    EventKind.LEFT_UNASSIGNED: (
        {"why": "Nobody is on shift."},
        "The ticket waits for somebody to take it: Nobody is on shift.",
    ),
    EventKind.TERMS_CHANGED: (
        {"terms": {"account": "Acme", "plan": "Plus", "status": "Customer"}},
        "Acme is now Customer with the plan Plus.",
    ),
    EventKind.PRIORITY_CHANGED: (
        {"priority": ["Low", "High"]},
        "Ana changed the priority from Low to High.",
    ),
    EventKind.DEPARTMENT_CHANGED: (
        {"department": ["", "Paid Support"], "why": "The account pays."},
        "Ana filed the ticket under Paid Support: The account pays.",
    ),
    EventKind.PARTICIPANT_ADDED: (
        {"name": "Bo"},
        "Ana added Bo, who gets the public mail of the ticket from now on.",
    ),
    EventKind.CUSTOMER_REMINDED: (
        {"closes_at": DUE},
        "The customer was reminded; without an answer the ticket closes on Wednesday 18 November, 18:00.",
    ),
    EventKind.SLA_STARTED: (
        {"due_at": DUE, "plan": "Standard", "priority": "High", "calendar": "12x5"},
        "The first response is promised by Wednesday 18 November, 18:00 (Standard, High, 12x5).",
    ),
    EventKind.SLA_REPLANNED: (
        {"due_at": DUE, "was_due_at": DUE},
        "The first response is now promised by Wednesday 18 November, 18:00 instead of Wednesday 18 November, 18:00.",
    ),
    EventKind.SLA_WARNED: (
        {"due_at": DUE},
        "The first response comes due on Wednesday 18 November, 18:00.",
    ),
    EventKind.SLA_BREACHED: (
        {"due_at": DUE},
        "The first response is overdue; it was promised by Wednesday 18 November, 18:00.",
    ),
    EventKind.SLA_MET: (
        {"due_at": DUE, "in_time": True},
        "The first response came in time; it was promised by Wednesday 18 November, 18:00.",
    ),
    EventKind.SENDER_VERIFIED: (
        {"how": "sign_up", "account": "Acme"},
        "Ana verified the email address by following a link that was emailed to it. The ticket, unverified before, is now of Acme.",
    ),
    EventKind.MAIL_RELEASED: (
        {"proven": True},
        "Ana released the mail from quarantine, and takes its sender as proven.",
    ),
    EventKind.MAIL_SENT: (
        {"to": "bo@x.example", "mail_kind": "receipt"},
        "The receipt was sent to bo@x.example.",
    ),
    EventKind.MAIL_DELIVERED: ({"to": "bo@x.example"}, "The mail to bo@x.example was delivered."),
    EventKind.MAIL_FAILED: (
        {"to": "bo@x.example", "why": "No such mailbox"},
        "The mail to bo@x.example could not be delivered: No such mailbox.",
    ),
}


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_is_a_sentence_with_a_sign(
    kind: EventKind, settings: pytest.FixtureRequest
) -> None:
    settings.TIME_ZONE = "America/Sao_Paulo"
    desk = Desk(ticket_prefix="RC", state_words={"waiting": "Pending"})
    facts, sentence = FACTS[kind]
    assert describe_event(TicketEvent(kind=kind, actor_name="Ana", data=facts), desk) == sentence
    icon, _ = SIGNS[kind]
    assert draw_icon(icon, 16, "", "icon")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["", "Ana"], "Ana took the ticket."),
        (["Bo", "Ana"], "Ana took the ticket over from Bo."),
        (["Ana", "Bo"], "Ana assigned the ticket to Bo, who takes over from Ana."),
        (["Bo", ""], "Ana took the ticket from Bo and gave it to nobody."),
    ],
)
def test_handing_over_in_words(names: list[str], sentence: str) -> None:
    event = TicketEvent(kind=EventKind.ASSIGNED, actor_name="Ana", data={"names": names, "why": ""})
    assert describe_event(event, Desk()) == sentence


def test_the_tab_tells_channel_actor_and_time(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(channel="web")
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Hello.", at=NOON)
    text = client.get(f"/rocket/agent/tickets/{ticket.number}/history/").content.decode()
    assert "Customer opened the ticket with priority Medium." in text
    assert "<dt>Channel:</dt> <dd>Web</dd>" in text
    assert "<dt>Actor:</dt> <dd>Analyst</dd>" in text
    assert "Analyst replied to the customer for the first time" in text
    assert ">10:00</time>" in text
    assert "Wednesday 18 November 2026" in text


def test_a_long_history_is_read_in_pages(rocket: Cast, client: Client, ticket: Ticket) -> None:
    page = f"/rocket/agent/tickets/{ticket.number}/history/"
    few = count_statements(client, page)
    with inside(rocket):
        TicketEvent.objects.bulk_create(
            TicketEvent(
                desk=rocket.desk, ticket=ticket, kind=EventKind.NOTE_ADDED, at=NOON, actor_kind="agent", actor_name=f"A{i}"
            )
            for i in range(150)
        )  # fmt: skip
        oldest_shown = TicketEvent.objects.filter(ticket=ticket).order_by("-id")[99].pk
    assert count_statements(client, page) == few
    text = client.get(page).content.decode()
    assert "A149 wrote" in text
    assert "A3 wrote" not in text
    assert f'href="{page}?before={oldest_shown}"' in text
    assert "A3 wrote" in client.get(f"{page}?before={oldest_shown}").content.decode()


def test_htmx_gets_the_history_alone(client: Client, ticket: Ticket) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/history/"
    text = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "opened the ticket" in text
    assert "<html" not in text
