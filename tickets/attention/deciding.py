"""Decisions of leads on requests for attention."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.attention.access import can_decide
from tickets.attention.asking import name_subject
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import AttentionRequest, AttentionState
from tickets.notifications import ATTENTION_ACCEPTED, ATTENTION_DECLINED, notify_staff


def decide_attention(
    *, attention_id: int, agent: Agent, is_accepted: bool, why: str, at: datetime
) -> AttentionRequest:
    """Accept a request for attention, or decline it with a reason for who asked.

    Raises NotAllowedError, AttentionRequest.DoesNotExist, InvalidValueError if it is declined
    without a reason, and ConflictError if it was decided already.
    """
    if not can_decide(agent):
        raise NotAllowedError(_("Only leads and admins can decide on requests for attention."))
    if not is_accepted and not why.strip():
        raise InvalidValueError("why", _("Give a reason. The person who asked can read it."))
    with transaction.atomic():
        known = AttentionRequest.objects.only("ticket_id").get(pk=attention_id)
        change = (
            Change.open(known.ticket_id, by=Actor.of(agent), at=at) if known.ticket_id else None
        )
        asked = _lock(attention_id)
        asked.state = AttentionState.ACCEPTED if is_accepted else AttentionState.DECLINED
        asked.decided_by, asked.decided_at, asked.decision = agent, at, why.strip()
        asked.save(update_fields=["state", "decided_by", "decided_at", "decision"])
        if change:
            data = {"attention": asked.pk, "is_accepted": is_accepted, "why": asked.decision}
            change.touch()
            change.record(EventKind.ATTENTION_DECIDED, data)
            change.save()
        _notify(asked, agent=agent, at=at)
    return asked


def _lock(attention_id: int) -> AttentionRequest:
    locked = AttentionRequest.objects.select_for_update(of=("self",), no_key=True)
    asked = locked.select_related("ticket__desk", "account", "decided_by").get(pk=attention_id)
    if asked.state != AttentionState.ASKED:
        raise ConflictError(
            _("%(name)s already decided on this request.")
            % {"name": asked.decided_by or _("Another agent")}
        )
    return asked


def _notify(asked: AttentionRequest, *, agent: Agent, at: datetime) -> None:
    if asked.asked_by_id is None or asked.asked_by_id == agent.pk:
        return
    is_accepted = asked.state == AttentionState.ACCEPTED
    notify_staff(
        desk_id=asked.desk_id,
        agents=[asked.asked_by_id],
        kind=ATTENTION_ACCEPTED if is_accepted else ATTENTION_DECLINED,
        data={"agent": agent.name, "subject": name_subject(asked)},
        key=f"attention.decided:{asked.pk}",
        at=at,
    )
