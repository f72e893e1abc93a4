"""Emergencies: a customer or an agent reports one, and an agent decides about it (M75, M76).

Each step promises the customer when they hear next, as the desk has set it: a decision after the
report, an update after the outcome. The promise has a clock like every promised update.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent, Contact
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import (
    UNDECIDED,
    Emergency,
    EmergencyState,
    Message,
    Priority,
    State,
    Ticket,
)
from tickets.rules.coverage import find_emergency_refusal, update_coverage
from tickets.rules.emergencies import get_next_step, list_outcomes
from tickets.rules.transitions import apply_transition
from tickets.services.common import NewMessage, require_text, require_writer
from tickets.services.owed_replies import record_decision_promise
from tickets.services.replying import record_reply
from tickets.writes import insert_row, update_row


@dataclass(frozen=True, slots=True)
class EmergencyReport:
    """A reporter's account of an emergency. priority: if the ticket's own one is too low."""

    impact: str
    reachable: str = ""
    phone: str = ""
    priority: Priority | None = None


def find_undecided(ticket_id: int) -> Emergency | None:
    """Return the emergency of a ticket that still needs a decision, or None."""
    return Emergency.objects.filter(ticket_id=ticket_id, state__in=UNDECIDED).first()


def report_emergency(
    *, ticket_id: int, by: Contact | Agent, report: EmergencyReport, at: datetime
) -> Emergency:
    """Report an emergency on an open ticket; the desk promises to decide soon.

    A contact needs a plan that includes it and belongs to the ticket's account; an agent can report
    any on a customer's behalf. A ticket that waits for the customer no longer does. Raises
    EmptyTextError, NotAllowedError, and ConflictError for a closed ticket or a second report.
    """
    require_text(report.impact)
    actor = Actor.of(by)
    if isinstance(by, Agent):
        require_writer(actor)
    with transaction.atomic():
        change = Change.open(ticket_id, by=actor, at=at, new=Emergency)
        _require_reportable(change.ticket)
        _require_own_account(change.ticket, by)
        if change.ticket.status == State.WAITING:
            _resume_work(change, by)
        _raise_priority(change, report.priority)
        refusal = find_emergency_refusal(change.ticket)
        if refusal and isinstance(by, Contact):
            raise NotAllowedError(_("Your plan doesn't cover emergencies on this request."))
        emergency = _add(change, by, report, refusal)
        change.set(emergency=EmergencyState.REPORTED)
        change.touch()
        data: dict[str, object] = {"emergency": emergency.pk}
        change.record(
            EventKind.EMERGENCY_REPORTED, data | ({"refusal": refusal} if refusal else {})
        )
        record_decision_promise(change)
        change.save()
    return emergency


def _require_reportable(ticket: Ticket) -> None:
    if ticket.status == State.CLOSED:
        raise ConflictError(_("This ticket is closed. Reopen it first."))
    if ticket.emergency in UNDECIDED:
        raise ConflictError(_("An emergency was already reported here. A decision is on its way."))


def _require_own_account(ticket: Ticket, by: Contact | Agent) -> None:
    """Raise NotAllowedError for a contact of another company, who only follows the ticket."""
    if isinstance(by, Contact) and (by.account_id is None or by.account_id != ticket.account_id):
        raise NotAllowedError(_("Only the company of this request can report an emergency on it."))


def _resume_work(change: Change, by: Contact | Agent) -> None:
    """Continue with a ticket that waits for its customer: the desk has the next move now."""
    move = "investigate" if isinstance(by, Agent) else "customer_responds"
    status = apply_transition(change, move)
    change.record(EventKind.STATUS_CHANGED, {"status": status, "move": move})


def _raise_priority(change: Change, priority: Priority | None) -> None:
    """Give a ticket the priority that its reporter chose, if its own one is too low."""
    before = change.ticket.priority
    if priority is None or before.allows_emergencies or not priority.allows_emergencies:
        return
    _set_priority(change, priority)


def _set_priority(change: Change, priority: Priority) -> None:
    names = [change.ticket.priority.name, priority.name]
    change.set(priority=priority)
    change.record(EventKind.PRIORITY_CHANGED, {"priority": names} | update_coverage(change))


def _add(
    change: Change, by: Contact | Agent, report: EmergencyReport, refusal: dict[str, str]
) -> Emergency:
    emergency = Emergency(
        id=change.reserved,
        desk_id=change.ticket.desk_id,
        ticket=change.ticket,
        contact=by if isinstance(by, Contact) else None,
        impact=report.impact,
        reachable=report.reachable,
        phone=report.phone,
        refusal=refusal,
        reported_at=change.at,
    )
    emergency._state.adding = False
    change.write(insert_row(emergency, "emergency"))
    return emergency


def decide_emergency(
    *,
    ticket_id: int,
    agent: Agent,
    outcome: EmergencyState | str,
    text: str,
    at: datetime,
    priority: Priority | None = None,
) -> Message:
    """Decide about an emergency and tell the customer in a public reply, with the next promise.

    priority: the lower one of a downgraded emergency. Raises NotAllowedError, EmptyTextError,
    ConflictError if there is nothing to decide, and InvalidValueError for an outcome or priority
    that this emergency can't have.
    """
    by, chosen = Actor.of(agent), EmergencyState(outcome)
    require_writer(by)
    require_text(text)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at, new=Message)
        ticket, emergency = change.ticket, find_undecided(ticket_id)
        if emergency is None or ticket.status == State.CLOSED:
            raise ConflictError(_("No emergency is waiting for a decision. Reload the page."))
        _require_outcome(emergency, chosen)
        if chosen == EmergencyState.DOWNGRADED:
            _downgrade(change, priority)
        message = record_reply(
            change,
            agent,
            NewMessage(text=text, channel="agent"),
            then=get_next_step(chosen, ticket.status),
            next_update_at=at + ticket.desk.get_emergency_wait(chosen),
        )
        _record_outcome(change, emergency, chosen, agent)
        change.save(is_last=True)
    return message


def _require_outcome(emergency: Emergency, outcome: EmergencyState) -> None:
    if outcome in list_outcomes(emergency.refusal):
        return
    if outcome == EmergencyState.ACCEPTED:
        text = _("The plan doesn't cover this emergency. Accept it as a courtesy exception.")
    elif outcome == EmergencyState.COURTESY:
        text = _("The plan covers this emergency. Accept it.")
    else:
        text = _("An emergency can't have this outcome.")
    raise InvalidValueError("outcome", text)


def _downgrade(change: Change, priority: Priority | None) -> None:
    before = change.ticket.priority
    if priority is None or priority.rank <= before.rank or priority.is_retired:
        text = _("Choose a priority below %(priority)s.") % {"priority": before.localized_name}
        raise InvalidValueError("priority", text)
    _set_priority(change, priority)


def _record_outcome(
    change: Change, emergency: Emergency, outcome: EmergencyState, agent: Agent
) -> None:
    emergency.state, emergency.decided_at, emergency.decided_by = outcome, change.at, agent
    change.write(update_row(emergency, "emergency", ["state", "decided_at", "decided_by"]))
    change.set(emergency=outcome)
    data = {"emergency": emergency.pk, "outcome": outcome.value}
    change.record(EventKind.EMERGENCY_DECIDED, data)
