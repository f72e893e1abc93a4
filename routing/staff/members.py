"""Services of teams and on-call rotas with their members, and of the turns that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from routing.models import OnCallMember, OnCallRota, Team, TeamMember
from routing.staff.on_call import replan_rota
from tickets.errors import InvalidValueError
from tickets.services.settings_rows import Changes, save_setting


def save_team(
    *, team: Team, values: Mapping[str, Any], members: Sequence[Agent], by: Agent
) -> None:
    """Save a team, and replace its members. Raises NotAllowedError, InvalidValueError."""
    _check_members(team.desk_id, members)

    def set_members() -> Changes:
        stored = TeamMember.objects.filter(team=team).select_related("agent")
        before = sorted(stored, key=lambda member: member.agent_id)
        wanted = {agent.pk for agent in members}
        if {member.agent_id for member in before} == wanted:
            return {}
        stored.delete()
        TeamMember.objects.bulk_create(
            TeamMember(desk_id=team.desk_id, team=team, agent=agent) for agent in members
        )
        return {"members": [[each.agent.name for each in before], _list_names(members)]}

    save_setting(row=team, values=values, by=by, also=set_members)


def save_rota(
    *,
    rota: OnCallRota,
    values: Mapping[str, Any],
    members: Sequence[Agent],
    by: Agent,
    at: datetime,
) -> None:
    """Save a rota with its members in order, and plan its future turns anew.

    Raises NotAllowedError, InvalidValueError.
    """
    _check_members(rota.desk_id, members)

    def set_members() -> Changes:
        stored = OnCallMember.objects.filter(rota=rota).select_related("agent")
        before = list(stored)
        if [member.agent_id for member in before] == [agent.pk for agent in members]:
            return {}
        stored.delete()
        OnCallMember.objects.bulk_create(
            OnCallMember(desk_id=rota.desk_id, rota=rota, agent=agent, position=place)
            for place, agent in enumerate(members)
        )
        return {"members": [[each.agent.name for each in before], _list_names(members)]}

    with transaction.atomic():
        save_setting(row=rota, values=values, by=by, also=set_members)
        replan_rota(rota_id=rota.pk, at=at)


def _check_members(desk_id: int, members: Sequence[Agent]) -> None:
    if len({agent.pk for agent in members}) < len(members):
        raise InvalidValueError("member_ids", _("List each agent only once."))
    if any(agent.desk_id != desk_id for agent in members):
        raise InvalidValueError("member_ids", _("There is no such agent."))


def _list_names(members: Sequence[Agent]) -> list[str]:
    return [agent.name for agent in members]
