"""Questions to engineering groups, and their withdrawal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent, Desk
from tickets.access import can_see_ticket
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.help_requests.access import can_answer, list_members
from tickets.help_requests.deadlines import WorkingDay, compute_deadline, compute_warning
from tickets.models import Defect, EngineeringGroup, HelpRequest, HelpState, Ticket
from tickets.services.common import require_writer


def ask_group(
    *,
    ticket_id: int,
    group: EngineeringGroup,
    agent: Agent,
    question: str,
    at: datetime,
    defect: Defect | None = None,
) -> HelpRequest:
    """Ask an engineering group about a ticket, which stays where it is.

    defect: the one that the question is about, if any. Raises NotAllowedError, Ticket.DoesNotExist,
    and InvalidValueError for an empty question or a group in which nobody can see the ticket.
    """
    by = Actor.of(agent)
    require_writer(by)
    if not question.strip():
        raise InvalidValueError("question", _("Write your question first."))
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        _require_group(group, change.ticket)
        hours = get_working_day(group, change.ticket.desk)
        due_at = compute_deadline(at, group.response_minutes, hours)
        asked = HelpRequest.objects.create(
            desk_id=change.ticket.desk_id,
            ticket=change.ticket,
            defect=defect,
            group=group,
            question=question.strip(),
            asked_by=agent,
            asked_at=at,
            due_at=due_at,
            warn_at=compute_warning(at, group.response_minutes, hours),
        )
        change.touch()
        data = {"help_request": asked.pk, "group": group.name, "due_at": due_at.isoformat()}
        change.record(EventKind.HELP_REQUESTED, data)
        change.save()
    return asked


def withdraw_request(*, help_id: int, agent: Agent, why: str, at: datetime) -> HelpRequest:
    """Withdraw a request that needs no answer anymore.

    Raises NotAllowedError, HelpRequest.DoesNotExist, InvalidValueError without a reason, and
    ConflictError if it has ended already.
    """
    by = Actor.of(agent)
    require_writer(by)
    if not why.strip():
        raise InvalidValueError("why", _("Give a reason."))
    with transaction.atomic():
        change, asked = lock_request(help_id, by=by, at=at)
        if asked.asked_by_id != agent.pk and not can_answer(agent, asked.group_id):
            raise NotAllowedError(
                _("Only the agent who asked, members of %(group)s and leads can withdraw this.")
                % {"group": asked.group}
            )
        asked.answer = why.strip()
        end_request(asked, HelpState.WITHDRAWN, agent=agent, at=at)
        change.touch()
        data = {"help_request": asked.pk, "group": asked.group.name, "why": why.strip()}
        change.record(EventKind.HELP_WITHDRAWN, data)
        change.save()
    return asked


def get_working_day(group: EngineeringGroup, desk: Desk) -> WorkingDay | None:
    """Return the working day of a group's target, or None if it runs around the clock."""
    if group.starts_at is None or group.ends_at is None:
        return None
    return WorkingDay(group.starts_at, group.ends_at, desk.time_zone)


def lock_request(help_id: int, *, by: Actor, at: datetime) -> tuple[Change, HelpRequest]:
    """Lock a request's ticket, then the request itself, which must be open.

    Raises HelpRequest.DoesNotExist, and ConflictError if it has ended already.
    """
    known = HelpRequest.objects.only("ticket_id").get(pk=help_id)
    change = Change.open(known.ticket_id, by=by, at=at)
    locked = HelpRequest.objects.select_for_update(of=("self",), no_key=True)
    asked = locked.select_related("group", "ended_by").get(pk=help_id)
    if not asked.is_open:
        raise ConflictError(
            _("%(name)s has already ended this request.")
            % {"name": asked.ended_by or _("Another agent")}
        )
    return change, asked


def end_request(asked: HelpRequest, state: HelpState, *, agent: Agent, at: datetime) -> None:
    """Save the end of a locked request."""
    asked.state, asked.ended_by, asked.ended_at, asked.warn_at = state, agent, at, None
    asked.save(
        update_fields=["state", "ended_by", "ended_at", "warn_at", "answer", "url", "defect"]
    )


def _require_group(group: EngineeringGroup, ticket: Ticket) -> None:
    if not group.is_active:
        raise InvalidValueError(
            "group", _("%(group)s no longer takes questions.") % {"group": group}
        )
    place = {"department_id": ticket.department_id, "assignee_id": ticket.assignee_id}
    if not any(can_see_ticket(member, **place) for member in list_members(group)):
        raise InvalidValueError(
            "group",
            _("Nobody in %(group)s can see this ticket. Choose another group.") % {"group": group},
        )
