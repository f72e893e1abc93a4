"""Agents on shift or on call with their load, and agents who are missing (M55)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Desk, Region
from helpdesk.agent.components.board import StaffRow
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.hotline import list_disconnected
from helpdesk.shared.wording.times import format_time
from routing.availability import (
    PresenceFacts,
    find_shift_end,
    get_choice,
    get_idle_limit,
    is_inactive,
    is_on_call,
    is_on_shift,
)
from routing.candidates import Candidate, list_staff
from routing.loads import list_loads
from routing.models import PresenceState
from routing.presence import read_presence

MISSING = "missing"
TONES = {MISSING: "red", PresenceState.AVAILABLE.value: "green"}


def list_people(desk: Desk, at: datetime) -> tuple[StaffRow, ...]:
    """Return the agents who are on shift or on call, those who are missing first."""
    presence, loads = read_presence(desk), list_loads(desk.pk, at)
    regions = dict(Region.objects.filter(desk=desk).values_list("pk", "name"))
    disconnected = {one.agent.pk for one in list_disconnected(desk, at)}
    there = [one for one in list_staff(desk) if _is_expected(one, at)]
    rows = [
        _build_row(
            one,
            desk,
            presence=presence.get(one.agent.pk, PresenceFacts()),
            load=loads.get(one.agent.pk, 0),
            regions=regions,
            is_disconnected=one.agent.pk in disconnected,
            at=at,
        )
        for one in there
    ]
    return tuple(sorted(rows, key=lambda row: (row.state != MISSING, row.level, row.name)))


def _is_expected(one: Candidate, at: datetime) -> bool:
    return is_on_shift(one.facts, at) or is_on_call(one.facts, at)


def _build_row(
    one: Candidate,
    desk: Desk,
    *,
    presence: PresenceFacts,
    load: int,
    regions: Mapping[int, str],
    is_disconnected: bool,
    at: datetime,
) -> StaffRow:
    agent, until = one.agent, find_shift_end(one.facts, at)
    capacity = agent.capacity or desk.agent_capacity
    state = _find_state(one, desk, presence, at)
    return StaffRow(
        name=agent.name,
        initials=get_initials(agent.name),
        tone=get_tone(agent.name),
        level=desk.word_for_level(agent.level),
        region=regions.get(agent.region_id or 0, ""),
        state=state,
        state_label=_describe_state(state),
        state_tone=TONES.get(state, "amber"),
        load=load,
        capacity=capacity or 0,
        until=format_time(until) if until else "",
        hotline=_("Not connected to the hotline") if is_disconnected else "",
    )


def _find_state(one: Candidate, desk: Desk, presence: PresenceFacts, at: datetime) -> str:
    """Return the agent's presence; MISSING if they are on shift, but not active.

    Off shift, agents on call are ON_CALL unless they are away. Nobody who is MISSING here is
    assigned new tickets.
    """
    if not is_on_shift(one.facts, at):
        is_away = get_choice(presence, at) == PresenceState.AWAY
        return (PresenceState.AWAY if is_away else PresenceState.ON_CALL).value
    if is_inactive(presence, at, idle=get_idle_limit(desk)):
        return MISSING
    return get_choice(presence, at).value


def _describe_state(state: str) -> str:
    if state == MISSING:
        return _("Missing")
    if state == PresenceState.ON_CALL:
        return pgettext("presence", "On call")
    return str(PresenceState(state).label)
