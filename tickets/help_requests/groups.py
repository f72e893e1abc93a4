"""Engineering groups and their members, as programs save them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.errors import InvalidValueError
from tickets.models import EngineeringGroup, GroupMember
from tickets.services.settings_rows import Changes, save_setting


def save_group(
    *, group: EngineeringGroup, values: Mapping[str, Any], members: Sequence[Agent], by: Agent
) -> None:
    """Save a group, and replace its members. Raises NotAllowedError, InvalidValueError."""
    wanted = {agent.pk for agent in members}
    if len(wanted) < len(members):
        raise InvalidValueError("member_ids", _("List each agent only once."))
    _check_hours(group, values)

    def set_members() -> Changes:
        stored = GroupMember.objects.filter(group=group).select_related("agent")
        before = sorted(stored, key=lambda member: member.agent_id)
        if {member.agent_id for member in before} == wanted:
            return {}
        stored.delete()
        GroupMember.objects.bulk_create(
            GroupMember(desk_id=group.desk_id, group=group, agent=agent) for agent in members
        )
        names = [agent.name for agent in members]
        return {"members": [[member.agent.name for member in before], names]}

    save_setting(row=group, values=values, by=by, also=set_members)


def _check_hours(group: EngineeringGroup, values: Mapping[str, Any]) -> None:
    tried = EngineeringGroup(
        starts_at=values.get("starts_at", group.starts_at),
        ends_at=values.get("ends_at", group.ends_at),
    )
    try:
        tried.clean()
    except ValidationError as error:
        for field, texts in error.message_dict.items():
            raise InvalidValueError(field, texts[0]) from None
