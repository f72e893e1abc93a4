"""The summary of a ticket is offered where the ticket goes on: as prefill, never as a duty."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from helpdesk.agent.brief.cards import write_prefill
from helpdesk.agent.handover_notes import describe_note, read_texts
from routing.handover.notes import make_note
from routing.models import Handover
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import State, Ticket
from tickets.services import close, reply, save_record, save_summary

TEXTS = {
    "problem": "Uploads stop at 2 GB",
    "tried": "Another browser",
    "next_step": "Compare the proxy settings",
    "blocker": "No access to the proxy",
}


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    ticket = in_rocket.open_ticket()
    save_summary(ticket_id=ticket.pk, agent=in_rocket.analyst, fields=TEXTS, at=NOON)
    return ticket


def get_form(client: Client, ticket: Ticket, page: str) -> Any:
    answer: Any = client.get(f"/rocket/agent/tickets/{ticket.number}/{page}")
    return answer.context["form"]


def test_an_escalation_begins_with_the_next_step_and_the_problem(
    as_analyst: Client, ticket: Ticket
) -> None:
    form = get_form(as_analyst, ticket, "escalation/")
    assert form["why"].value().splitlines() == [
        "Next step: Compare the proxy settings",
        "Blocker: No access to the proxy",
        "Tried so far: Another browser",
    ]
    assert form["problem"].value() == TEXTS["problem"]
    assert "From the summary" in form["problem"].help_text


def test_a_defect_and_a_question_begin_with_it(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    form = get_form(as_analyst, ticket, "defects/new/")
    assert (form["title"].value(), form["problem"].value()) == (TEXTS["problem"],) * 2
    question = get_form(as_analyst, ticket, "help/new/")["question"].value()
    assert question.startswith("Problem: Uploads stop at 2 GB\nTried so far: Another browser")
    known = {"problem": "Large files fail"}
    save_record(ticket_id=ticket.pk, agent=in_rocket.analyst, fields=known, at=NOON)
    form = get_form(as_analyst, ticket, "defects/new/")
    assert form["problem"].value() == "Large files fail"  # an agent's record comes first


def test_a_handover_note_refers_to_it(in_rocket: Cast, ticket: Ticket) -> None:
    handover = Handover(ticket=ticket, note=make_note(ticket))
    facts = describe_note(handover.note, read_texts([handover]), in_rocket.desk)
    assert "Next step: Compare the proxy settings" in facts
    assert "Uploads" not in str(handover.note)  # texts stay where an erasure finds them


def test_only_whole_lines_are_offered() -> None:
    given = {"next_step": "a" * 300, "blocker": "b" * 300, "tried": "c"}
    text = write_prefill(given, ("next_step", "blocker", "tried"), limit=500)
    assert text == f"Next step: {'a' * 300}\nTried so far: c"


def test_a_quick_answer_needs_neither_summary_nor_impact(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Restart it.", at=NOON)
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED
