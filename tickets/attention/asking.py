"""Requests for attention on a ticket or an account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, Agent
from tickets.actors import Actor
from tickets.attention.access import can_ask
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import AttentionRequest, AttentionState, Urgency
from tickets.notifications import ATTENTION_ASKED, notify_staff


def ask_attention(
    *,
    agent: Agent,
    why: str,
    urgency: Urgency | str,
    leads: Collection[int],
    at: datetime,
    ticket_id: int | None = None,
    account: Account | None = None,
) -> AttentionRequest:
    """Ask the leads for attention on a ticket, or on an account as a whole.

    leads: IDs of the agents to notify, of whom any lead can decide. Raises NotAllowedError,
    Ticket.DoesNotExist, InvalidValueError without a reason, and ConflictError if a request is
    waiting for a decision already.
    """
    if not why.strip():
        raise InvalidValueError("why", _("Say why this needs attention."))
    with transaction.atomic():
        change = None
        if ticket_id is not None:
            change = Change.open(ticket_id, by=Actor.of(agent), at=at)
            account = change.ticket.account
        _require_asker(agent, account)
        _require_none_waiting(ticket_id, account)
        asked = AttentionRequest.objects.create(
            desk_id=agent.desk_id,
            ticket_id=ticket_id,
            account=account,
            why=why.strip(),
            urgency=urgency,
            asked_by=agent,
            asked_at=at,
        )
        if change:
            data = {"attention": asked.pk, "urgency": str(asked.urgency), "why": asked.why}
            change.touch()
            change.record(EventKind.ATTENTION_ASKED, data)
            change.save()
        _notify(asked, leads, agent=agent, at=at)
    return asked


def name_subject(asked: AttentionRequest) -> str:
    """Return what a request is about: a ticket's number, or an account's name."""
    return asked.ticket.reference if asked.ticket else str(asked.account)


def _require_asker(agent: Agent, account: Account | None) -> None:
    if not can_ask(agent, account):
        raise NotAllowedError(
            _(
                "Only the account's managers, observers, leads and admins can ask for attention."
                " Escalate the ticket instead."
            )
        )


def _require_none_waiting(ticket_id: int | None, account: Account | None) -> None:
    """Raise ConflictError if the same was asked already. Waits for one that is being asked."""
    if account is not None:
        list(Account.objects.select_for_update(no_key=True).filter(pk=account.pk))
    about: dict[str, object] = {"ticket": ticket_id}
    if ticket_id is None:
        about = {"ticket__isnull": True, "account": account}
    waiting = AttentionRequest.objects.filter(state=AttentionState.ASKED, **about)
    if waiting.exists():
        raise ConflictError(_("Attention has already been requested. A lead will decide soon."))


def _notify(asked: AttentionRequest, leads: Collection[int], *, agent: Agent, at: datetime) -> None:
    notify_staff(
        desk_id=asked.desk_id,
        agents=[lead for lead in leads if lead != agent.pk],
        kind=ATTENTION_ASKED,
        data={"agent": agent.name, "subject": name_subject(asked)},
        key=f"{ATTENTION_ASKED}:{asked.pk}",
        at=at,
    )
