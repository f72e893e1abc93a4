"""Perform one step of a conversation: one service call, with text in the writer's own style."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agent, Level
from helpdesk.demo.planning import Case
from helpdesk.demo.stories import Step, fill_in
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.models import CloseReason, EscalationCause, Impact, Ticket
from tickets.models.summaries import MAX_SUMMARY_LINE
from tickets.models.troubleshooting import Frequency, YesOrNo
from tickets.services import (
    Gathered,
    NewMessage,
    add_customer_message,
    add_note,
    change_impact,
    change_status,
    close,
    escalate,
    reply,
    save_summary,
)

GREETINGS = ["Hello,", "Hi team,", "Good morning,", "Dear support team,", "Hi there,"]
CLOSINGS = ["Kind regards", "Thanks", "Best", "Thank you in advance", "Regards"]
REPLY_BY_EMAIL = {"phone", "agent", "api"}  # channels whose customers continue by email

IMPACTS = (Impact.STOPPED, Impact.SLOWED, Impact.MINOR, Impact.NONE)  # by the priority's rank
ASKED_SHARE = 0.8  # of tickets


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step at its time, with its ticket, its files and the agent who takes the desk's steps."""

    case: Case
    step: Step
    ticket: Ticket
    agent: Agent
    at: datetime
    files: tuple[NewFile, ...]

    @property
    def text(self) -> str:
        return fill_in(self.step.text, self.case.words)


def compose_customer_text(case: Case, text: str) -> str:
    """Return a customer's text with the greeting and closing that this customer uses."""
    greeting = GREETINGS[int(case.seed * 1000) % len(GREETINGS)]
    closing = CLOSINGS[int(case.seed * 7000) % len(CLOSINGS)]
    return f"{greeting}\n\n{fill_in(text, case.words)}\n\n{closing}\n{case.contact.name}"


def _reply(due: DueStep) -> None:
    first_name = due.case.contact.name.split()[0]
    signature = f"{due.agent.name}\n{due.agent.desk.name} Support"
    if due.ticket.first_responded_at is None:
        _ask_for_impact(due)
    reply(
        ticket_id=due.ticket.pk,
        agent=due.agent,
        text=f"Hello {first_name},\n\n{due.text}\n\nKind regards\n{signature}",
        at=due.at,
        files=due.files,
        then="closed" if due.step.kind == "solve" else "waiting",
    )


def _ask_for_impact(due: DueStep) -> None:
    """Store what first contact learns about the impact on the customer's business (M4)."""
    if due.case.seed > ASKED_SHARE:
        return
    by, impact = Actor.of(due.agent), IMPACTS[min(due.ticket.priority.rank, len(IMPACTS)) - 1]
    change_impact(ticket_id=due.ticket.pk, impact=impact, by=by, at=due.at)


def _add_note(due: DueStep) -> None:
    add_note(ticket_id=due.ticket.pk, agent=due.agent, text=due.text, at=due.at, files=due.files)


def _add_customer_message(due: DueStep) -> None:
    case = due.case
    channel = "email" if case.channel in REPLY_BY_EMAIL else case.channel
    new = NewMessage(compose_customer_text(case, due.step.text), channel, files=due.files)
    add_customer_message(ticket_id=due.ticket.pk, contact=case.contact, new=new, at=due.at)


def _investigate(due: DueStep) -> None:
    by = Actor.of(due.agent)
    change_status(ticket_id=due.ticket.pk, move="investigate", by=by, at=due.at)


def _escalate(due: DueStep) -> None:
    summary = {"problem": due.case.subject, "tried": "Checked the settings and the log with them"}
    if len(due.text) <= MAX_SUMMARY_LINE:
        summary["next_step"] = due.text
    save_summary(ticket_id=due.ticket.pk, agent=due.agent, fields=summary, at=due.at)
    gathered = Gathered(due.agent, _gather(due), incomplete="See the log on the ticket.")
    cause = EscalationCause.DEFECT
    if due.ticket.level == Level.L1 and due.case.seed > 0.5:
        cause = EscalationCause.CANNOT_REPRODUCE
    escalate(
        ticket_id=due.ticket.pk,
        by=Actor.of(due.agent),
        at=due.at,
        why=due.text,
        cause=cause,
        gathered=gathered,
    )


def _gather(due: DueStep) -> dict[str, str]:
    """Return what the agent knows about the problem, for the troubleshooting record."""
    words = due.case.words
    return {
        "problem": due.case.subject,
        "affected_users": f"{words['users']} users",
        "frequency": Frequency.CONSISTENT,
        "app_version": words["version"],
        "reproduced": YesOrNo.YES if due.ticket.level != Level.L1 else YesOrNo.NO,
        "test_system": "staging" if due.ticket.level != Level.L1 else "",
        "steps": due.text,
    }


def _close_by_customer(due: DueStep) -> None:
    by = Actor.of(due.case.contact)
    close(ticket_id=due.ticket.pk, by=by, at=due.at, reason=CloseReason.BY_CUSTOMER)


def close_as_step(due: DueStep) -> None:
    """Close the ticket for the reason that the step is named after: spam or duplicate."""
    close(ticket_id=due.ticket.pk, by=Actor.of(due.agent), at=due.at, reason=due.step.kind)


ACTIONS: dict[str, Callable[[DueStep], None]] = {
    "reply": _reply,
    "solve": _reply,
    "note": _add_note,
    "customer": _add_customer_message,
    "look": _investigate,
    "escalate": _escalate,
    "thanks": _close_by_customer,
}
