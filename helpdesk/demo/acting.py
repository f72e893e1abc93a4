"""What each kind of step does: one call of a service, in the words of who does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agent
from helpdesk.demo.planning import Case
from helpdesk.demo.stories import Step, fill_in
from tickets.actors import Actor
from tickets.files import NewFile
from tickets.models import CloseReason, Ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_note,
    change_status,
    close,
    escalate,
    reply,
)

GREETINGS = ["Hello,", "Hi team,", "Good morning,", "Dear support team,", "Hi there,"]
CLOSINGS = ["Kind regards", "Thanks", "Best", "Thank you in advance", "Regards"]
ANSWERED_BY_MAIL = {"phone", "agent", "api"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A step that is due: on which ticket, by which agent of the desk if it is the desk's turn, with what files."""

    case: Case
    step: Step
    ticket: Ticket
    agent: Agent
    at: datetime
    files: tuple[NewFile, ...]

    @property
    def text(self) -> str:
        return fill_in(self.step.text, self.case.words)


def write_as_customer(case: Case, text: str) -> str:
    """A customer's text with the greeting and closing that this customer uses."""
    greeting = GREETINGS[int(case.seed * 1000) % len(GREETINGS)]
    closing = CLOSINGS[int(case.seed * 7000) % len(CLOSINGS)]
    return f"{greeting}\n\n{fill_in(text, case.words)}\n\n{closing}\n{case.contact.name}"


def _answer(moment: Moment) -> None:
    first_name = moment.case.contact.name.split()[0]
    desk = moment.agent.desk
    reply(
        ticket_id=moment.ticket.pk,
        agent=moment.agent,
        text=f"Hello {first_name},\n\n{moment.text}\n\nKind regards\n{moment.agent.name}\n{desk.name} Support",
        at=moment.at,
        files=moment.files,
        then="closed" if moment.step.kind == "solve" else "waiting",
    )


def _note(moment: Moment) -> None:
    add_note(
        ticket_id=moment.ticket.pk,
        agent=moment.agent,
        text=moment.text,
        at=moment.at,
        files=moment.files,
    )


def _customer_answers(moment: Moment) -> None:
    case = moment.case
    way = "email" if case.way in ANSWERED_BY_MAIL else case.way
    new = NewMessage(write_as_customer(case, moment.step.text), way, files=moment.files)
    add_customer_message(ticket_id=moment.ticket.pk, contact=case.contact, new=new, at=moment.at)


def _look(moment: Moment) -> None:
    by = Actor.of(moment.agent)
    change_status(ticket_id=moment.ticket.pk, move="investigate", by=by, at=moment.at)


def _escalate(moment: Moment) -> None:
    by = Actor.of(moment.agent)
    escalate(ticket_id=moment.ticket.pk, by=by, at=moment.at, why=moment.text)


def _customer_closes(moment: Moment) -> None:
    by = Actor.of(moment.case.contact)
    close(ticket_id=moment.ticket.pk, by=by, at=moment.at, reason=CloseReason.BY_CUSTOMER)


def close_for_reason(moment: Moment) -> None:
    """Close for the reason that the step is named after: spam or duplicate."""
    by = Actor.of(moment.agent)
    close(ticket_id=moment.ticket.pk, by=by, at=moment.at, reason=moment.step.kind)


ACTS: dict[str, Callable[[Moment], None]] = {
    "reply": _answer,
    "solve": _answer,
    "note": _note,
    "customer": _customer_answers,
    "look": _look,
    "escalate": _escalate,
    "thanks": _customer_closes,
}
