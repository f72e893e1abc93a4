"""Applying acts to a ticket: all of them or none, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import Agent
from tickets.access import can_see_ticket
from tickets.actors import Actor
from tickets.changes import record
from tickets.events import EventKind
from tickets.macros.access import require_usable
from tickets.macros.acts import Acts, Resolved, check_acts, resolve
from tickets.macros.placeholders import fill_placeholders
from tickets.macros.steps import Given, list_steps
from tickets.models import Macro, Ticket
from tickets.services.common import require_writer


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rest for the composer: the reply, and the status after it was sent ("" for any)."""

    text: str
    next_status: str = ""


def apply_macro(*, macro: Macro, ticket_id: int, agent: Agent, at: datetime) -> Prepared:
    """Change a ticket as the macro says, and return its reply for the composer.

    A reply is never sent by itself. If the macro has one, its status is set when that is sent.
    Raises ServiceError, such as NotAllowedError or InvalidTransitionError, with nothing changed;
    Ticket.DoesNotExist for a ticket that the agent may not see.
    """
    acts = Acts.from_json(macro.acts)
    resolved = resolve(split_status(macro)[0], desk=macro.desk, agent=agent)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id, agent)
        require_usable(macro, agent, department_id=ticket.department_id)
        apply_acts(ticket, resolved, agent=agent, at=at, macro=macro)
        count_use(macro.pk, at=at)
    text = write_reply(macro, ticket, agent)
    return Prepared(text, acts.status if text else "")


def split_status(macro: Macro) -> tuple[Acts, str]:
    """Return the acts that take effect at once, and the status that waits for the reply."""
    acts = Acts.from_json(macro.acts)
    return (replace(acts, status=""), acts.status) if macro.text else (acts, "")


def write_reply(macro: Macro, ticket: Ticket, agent: Agent) -> str:
    """Return the macro's reply in the customer's language, with its placeholders filled in."""
    text = macro.get_text(get_reply_language(ticket))
    return fill_placeholders(text, ticket=ticket, agent=agent)


def get_reply_language(ticket: Ticket) -> str:
    """Return the language in which the requester gets replies."""
    return ticket.contact.language or ticket.language or ticket.desk.language


def lock_ticket(ticket_id: int, agent: Agent) -> Ticket:
    """Lock a ticket and return it. Raises Ticket.DoesNotExist if the agent may not see it."""
    locked = Ticket.objects.select_for_update(of=("self",), no_key=True)
    found = locked.select_related("desk", "priority", "contact", "account").get(
        pk=ticket_id, desk_id=agent.desk_id
    )
    if not can_see_ticket(agent, department_id=found.department_id, assignee_id=found.assignee_id):
        raise Ticket.DoesNotExist
    return found


def apply_acts(
    ticket: Ticket,
    resolved: Resolved,
    *,
    agent: Agent,
    at: datetime,
    macro: Macro | None = None,
    decided_at: datetime | None = None,
) -> bool:
    """Change a locked ticket. Return False if there is nothing to change. Raises ServiceError.

    decided_at: when the agent chose the acts, if they wait for their turn.
    """
    check_acts(resolved.acts)
    require_writer(Actor.of(agent))
    steps = list_steps(ticket, resolved)
    if steps and macro is not None:
        data = {"macro": macro.pk, "name": macro.name}
        record(ticket=ticket, kind=EventKind.MACRO_APPLIED, by=Actor.of(agent), at=at, data=data)
    given = Given(agent, at, decided_at)
    for step in steps:
        step.run(given)
    return bool(steps)


def count_use(macro_id: int, *, at: datetime) -> None:
    """Count one use of a macro."""
    Macro.objects.filter(pk=macro_id).update(uses=F("uses") + 1, used_at=at)
