"""The demo's chat channels, with rules, standups and users, paused: nothing listens (M54, M82)."""

from __future__ import annotations

from typing import Any

from accounts.models import Agent, Department, Desk, Plan, Region
from channels_intake.models import ChatConnection, ChatPerson, ChatRule, ChatStandup

WEEKDAYS = [0, 1, 2, 3, 4]


def create_team_chat(desk: Desk, data: dict[str, Any]) -> None:
    """Create the channels and users of a data file."""
    for channel in data.get("channel", []):
        connection = ChatConnection.objects.create(
            desk=desk,
            name=channel["name"],
            kind=channel["kind"],
            is_public=channel.get("is_public", False),
            is_active=False,
        )
        for position, rule in enumerate(channel.get("rules", [])):
            _create_rule(connection, rule, position)
        for standup in channel.get("standups", []):
            _create_standup(connection, standup)
    for person in data.get("person", []):
        agent = Agent.objects.get(desk=desk, name=person["agent"])
        ChatPerson.objects.create(desk=desk, **person | {"agent": agent})


def _create_rule(connection: ChatConnection, rule: dict[str, Any], position: int) -> None:
    desk = connection.desk
    found = {
        "department": _find(Department, desk, rule.get("department")),
        "plan": _find(Plan, desk, rule.get("plan")),
    }
    ChatRule.objects.create(desk=desk, connection=connection, position=position, **rule | found)


def _create_standup(connection: ChatConnection, standup: dict[str, Any]) -> None:
    region = _find(Region, connection.desk, standup.get("region"))
    ChatStandup.objects.create(
        desk=connection.desk,
        connection=connection,
        weekdays=WEEKDAYS,
        **standup | {"region": region},
    )


def _find(model: Any, desk: Desk, name: str | None) -> Any:
    return model.objects.get(desk=desk, name=name) if name else None
