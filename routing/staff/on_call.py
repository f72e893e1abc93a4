"""Services of on-call rotas: planned turns, and swaps of turns between agents (M45, M104)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Desk, Role
from routing.models import (
    Absence,
    OnCallMember,
    OnCallRota,
    OnCallSwap,
    OnCallTurn,
    SwapState,
    TurnLength,
)
from routing.shifts import Span
from routing.staff.absences import can_plan
from routing.staff.rotas import RotaFacts, list_free, list_turns, order_from
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.notifications import SWAP_DECIDED, SWAP_OFFERED, notify_staff

PLANNED_AHEAD = timedelta(weeks=8)


def make_rota_facts(rota: OnCallRota) -> RotaFacts:
    """Return when a rota's turns change, as the pure value."""
    is_weekly = rota.turn_length == TurnLength.WEEK
    return RotaFacts(rota.time_zone, rota.change_minute, rota.change_weekday if is_weekly else None)


def plan_rota(*, rota_id: int, at: datetime) -> int:
    """Plan the turns of a rota for the next weeks, after those that exist. Return how many are new.

    The agent after the last one is next. Members who were deactivated or only read now are left
    out, and others get their turns. Two workers plan one after the other.
    """
    with transaction.atomic():
        rota = OnCallRota.objects.select_for_update(no_key=True).get(pk=rota_id)
        members = _list_members(rota)
        if not rota.is_active or not members:
            return 0
        if gone := _list_turns_of_leavers(rota_id, at):
            OnCallTurn.objects.filter(pk__in=gone).delete()
        spans = list(list_turns(make_rota_facts(rota), at, at + PLANNED_AHEAD))
        existing = OnCallTurn.objects.filter(rota=rota, end_at__gt=spans[0].start)
        taken = [Span(turn.start_at, turn.end_at) for turn in existing]
        free = list_free(spans, taken, at=at)
        agents = cycle(order_from(members, _find_last_agent(rota)))
        turns = [
            OnCallTurn(
                desk_id=rota.desk_id,
                rota=rota,
                agent_id=agent,
                planned_agent_id=agent,
                start_at=span.start,
                end_at=span.end,
            )
            for span, agent in zip(free, agents, strict=False)
        ]
        OnCallTurn.objects.bulk_create(turns)
    return len(turns)


def _list_turns_of_leavers(rota_id: int, at: datetime) -> list[int]:
    """Return the running and coming turns of agents who were deactivated or only read now."""
    left = Q(agent__is_active=False) | Q(agent__role=Role.OBSERVER)
    turns = OnCallTurn.objects.filter(left, rota_id=rota_id, end_at__gt=at)
    return list(turns.values_list("pk", flat=True))


def replan_rota(*, rota_id: int, at: datetime) -> int:
    """Plan the future turns of a rota anew, after its order or its times were changed.

    The turn that runs now stays, and so do turns that agents have swapped or offer to others.
    """
    with transaction.atomic():
        OnCallRota.objects.select_for_update(no_key=True).get(pk=rota_id)
        future = OnCallTurn.objects.filter(rota_id=rota_id, start_at__gt=at)
        agreed = Q(swaps__state__in=(SwapState.OFFERED, SwapState.ACCEPTED))
        returned = OnCallSwap.objects.filter(
            in_return__rota_id=rota_id, state__in=(SwapState.OFFERED, SwapState.ACCEPTED)
        )
        keep = future.filter(agreed | Q(pk__in=returned.values("in_return_id")))
        planned = future.exclude(pk__in=list(keep.values_list("pk", flat=True)))
        # All turns in one statement, before the desk's version: swaps lock in this order, too.
        gone = [*planned.values_list("pk", flat=True), *_list_turns_of_leavers(rota_id, at)]
        OnCallTurn.objects.filter(pk__in=gone).delete()
        return plan_rota(rota_id=rota_id, at=at)


def _list_members(rota: OnCallRota) -> list[int]:
    working = OnCallMember.objects.filter(rota=rota, agent__is_active=True)
    return list(working.exclude(agent__role=Role.OBSERVER).values_list("agent_id", flat=True))


def _find_last_agent(rota: OnCallRota) -> int | None:
    last = OnCallTurn.objects.filter(rota=rota).order_by("-start_at").first()
    return last.planned_agent_id if last else None


def list_on_call(desk: Desk, at: datetime) -> QuerySet[OnCallTurn]:
    """Return the turns that run at a time, by rota, without agents who are absent then."""
    absent = Absence.objects.filter(desk=desk, start_at__lte=at, end_at__gt=at)
    running = OnCallTurn.objects.filter(
        desk=desk, start_at__lte=at, end_at__gt=at, rota__is_active=True, agent__is_active=True
    )
    present = running.exclude(agent_id__in=absent.values("agent_id"))
    return present.select_related("agent", "rota__region").order_by("rota__name", "pk")


def offer_swap(
    *,
    turn: OnCallTurn,
    to: Agent,
    by: Agent,
    at: datetime,
    in_return: OnCallTurn | None = None,
) -> OnCallSwap:
    """Offer an agent's turn to another, for one of theirs or for none, and notify them.

    Raises NotAllowedError for someone else's turn, InvalidValueError if the turn is over, goes to
    its own agent or to one who can't take it, or the turn in return isn't theirs.
    """
    with transaction.atomic():
        [mine, *theirs] = _lock_turns(turn, in_return)
        _check_offer(mine, theirs, to=to, by=by, at=at)
        if OnCallSwap.objects.filter(turn=mine, state=SwapState.OFFERED).exists():
            raise ConflictError(_("This turn is already offered. Withdraw that offer first."))
        swap = OnCallSwap.objects.create(
            desk_id=mine.desk_id,
            turn=mine,
            in_return=in_return,
            offered_by=by,
            offered_to=to,
            offered_at=at,
        )
        _notify(swap, to, kind=SWAP_OFFERED, by=by, at=at)
    return swap


def _lock_turns(turn: OnCallTurn, in_return: OnCallTurn | None) -> list[OnCallTurn]:
    """Lock both turns in the order of their IDs. Return the offered one first."""
    wanted = [turn.pk, *([in_return.pk] if in_return else [])]
    rows = OnCallTurn.objects.select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=wanted)}
    if len(found) != len(set(wanted)):
        raise ConflictError(_("The rota was changed in the meantime. Reload the page."))
    return [found[pk] for pk in wanted]


def _check_offer(
    mine: OnCallTurn, theirs: Sequence[OnCallTurn], *, to: Agent, by: Agent, at: datetime
) -> None:
    if mine.agent_id != by.pk or not by.can_write:
        raise NotAllowedError(_("You can offer only your own on-call turns."))
    if mine.end_at <= at:
        raise InvalidValueError("turn", _("This turn is already over."))
    if to.pk == by.pk:
        raise InvalidValueError("offered_to", _("Choose another agent."))
    if to.desk_id != by.desk_id or not to.can_write:
        raise InvalidValueError("offered_to", _("This agent can't be on call."))
    for turn in theirs:
        if turn.agent_id != to.pk or turn.start_at <= at:
            text = _("Choose a future turn of the agent whom you ask.")
            raise InvalidValueError("in_return", text)


def decide_swap(*, swap: OnCallSwap, by: Agent, is_accepted: bool, at: datetime) -> OnCallSwap:
    """Accept or decline an offer. Accepting exchanges the agents of the turns.

    Raises NotAllowedError if it was offered to someone else, and ConflictError if it was withdrawn
    or decided already, or the turns changed hands.
    """
    if swap.offered_to_id != by.pk or not by.can_write:
        raise NotAllowedError(_("Only the agent who was asked can answer a swap."))
    with transaction.atomic():
        locked = _take_offer(swap, SwapState.ACCEPTED if is_accepted else SwapState.DECLINED, at)
        if is_accepted:
            _exchange(locked, by=by, at=at)
        _notify(locked, locked.offered_by, kind=SWAP_DECIDED, by=by, at=at)
    return locked


def withdraw_swap(*, swap: OnCallSwap, by: Agent, at: datetime) -> OnCallSwap:
    """Withdraw an offer. Raises NotAllowedError for another's, ConflictError if it was decided."""
    if swap.offered_by_id != by.pk and not can_plan(by):
        raise NotAllowedError(_("Only the agent who offered a swap can withdraw it."))
    with transaction.atomic():
        return _take_offer(swap, SwapState.WITHDRAWN, at)


def _take_offer(swap: OnCallSwap, state: SwapState, at: datetime) -> OnCallSwap:
    open_offer = OnCallSwap.objects.filter(pk=swap.pk, state=SwapState.OFFERED)
    if not open_offer.update(state=state, decided_at=at):
        raise ConflictError(_("This swap was withdrawn or answered already."))
    return OnCallSwap.objects.select_related("turn", "in_return", "offered_by").get(pk=swap.pk)


def _exchange(swap: OnCallSwap, *, by: Agent, at: datetime) -> None:
    [mine, *theirs] = _lock_turns(swap.turn, swap.in_return)
    is_current = mine.agent_id == swap.offered_by_id and mine.end_at > at
    has_left = bool(theirs) and not swap.offered_by.can_write
    has_begun = any(turn.agent_id != by.pk or turn.start_at <= at for turn in theirs)
    if not is_current or has_left or has_begun:
        raise ConflictError(_("The rota was changed in the meantime. Reload the page."))
    _give(mine, by, swap, by)
    for turn in theirs:
        _give(turn, swap.offered_by, swap, by)


def _give(turn: OnCallTurn, agent: Agent, swap: OnCallSwap, by: Agent) -> None:
    before = turn.agent_id
    turn.agent = agent
    turn.save(update_fields=["agent"])
    record_audit(
        desk=turn.desk_id,
        by=by,
        action=AuditAction.CHANGED,
        about=turn,
        detail={"changes": {"agent": [before, agent.pk]}, "swap": swap.pk},
    )


def _notify(swap: OnCallSwap, agent: Agent, *, kind: str, by: Agent, at: datetime) -> None:
    notify_staff(
        desk_id=swap.desk_id,
        agents=[agent.pk],
        kind=kind,
        data={"agent": by.name, "start_at": swap.turn.start_at.isoformat()},
        key=f"{kind}:{swap.pk}",
        at=at,
    )
