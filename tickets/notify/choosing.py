"""An agent's notification preferences. Each agent changes their own only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from django.db import transaction

from accounts.models import Agent
from tickets.models import NotificationChoice, NotificationSettings, Topic
from tickets.notify.topics import BY_EMAIL


@dataclass(frozen=True, slots=True)
class Ways:
    """How an agent gets notifications of a topic."""

    in_page: bool
    by_email: bool
    by_push: bool = False
    by_chat: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """All that an agent can choose. See NotificationSettings."""

    ways: Mapping[Topic, Ways]
    waits_for_shift: bool = True
    has_digest: bool = False
    plays_sound: bool = False
    shows_alerts: bool = False
    alerts_unassigned: bool = False


SETTINGS = [each.name for each in fields(Choices) if each.name != "ways"]


def get_choices(agent: Agent) -> Choices:
    """Return an agent's choices, the defaults where they made none."""
    rows = NotificationChoice.objects.filter(agent=agent)
    chosen = {row.topic: Ways(row.in_page, row.by_email, row.by_push, row.by_chat) for row in rows}
    ways = {topic: chosen.get(topic.value, get_default(topic)) for topic in Topic}
    kept = NotificationSettings.objects.filter(agent=agent).first()
    if kept is None:
        return Choices(ways)
    return Choices(ways, **{name: getattr(kept, name) for name in SETTINGS})


def get_default(topic: Topic) -> Ways:
    """Return how an agent gets notifications of a topic without having chosen."""
    return Ways(in_page=True, by_email=topic in BY_EMAIL)


def set_choices(*, agent: Agent, choices: Choices) -> None:
    """Save all of an agent's choices; those that are as by default, too."""
    own = {"agent": agent, "desk_id": agent.desk_id}
    with transaction.atomic():
        for topic, ways in choices.ways.items():
            given = asdict(ways)
            defaults = {**given, "desk_id": agent.desk_id}
            NotificationChoice.objects.update_or_create(
                agent=agent, topic=topic, defaults=given, create_defaults=defaults
            )
        kept = {name: getattr(choices, name) for name in SETTINGS}
        NotificationSettings.objects.update_or_create(
            agent=agent, defaults=kept, create_defaults={**kept, **own}
        )
