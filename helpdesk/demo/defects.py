"""Defects of a demo desk: shared by tickets of several accounts, from Reported to Released."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.models import Account, Agent, Desk, ProductLine
from helpdesk.demo.people import Cast
from tickets.actors import Actor
from tickets.defects.creating import create_defect
from tickets.defects.linking import link_ticket
from tickets.defects.merging import merge_defect
from tickets.defects.moving import Release, add_note, add_release, move_stage
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.defects.updates.sending import tell_customers
from tickets.models import Defect, DefectFollower, StageSetting, State, Ticket

Action = Callable[[datetime], None]

# Keys of a defect in the data file that are fields of the defect.
FIELDS = {
    "title", "severity", "problem", "steps", "affected_users", "areas", "frequency", "since",
    "app_version", "reproduced", "test_system", "affected_versions", "workaround", "plan_text",
    "planned_version", "is_published", "public_title", "public_text",
}  # fmt: skip
# A release puts tickets back to their agents, so those that are in the middle of a conversation
# aren't linked to a defect that is released.
SETTLED = (State.WAITING, State.CLOSED)


def create_defect_settings(cast: Cast, data: dict[str, Any]) -> None:
    """Create a desk's product lines, with the accounts on them, and its words for the stages."""
    desk = cast.parts.desk
    for position, one in enumerate(data["line"]):
        line = ProductLine.objects.create(
            desk=desk,
            product=cast.parts.products[one["product"]],
            name=one["name"],
            position=position,
        )
        Account.objects.filter(desk=desk, name__in=one["accounts"]).update(product_line=line)
    StageSetting.objects.bulk_create(StageSetting(desk=desk, **one) for one in data["stage"])


def plan_defects(
    cast: Cast, data: dict[str, Any], *, now: datetime
) -> list[tuple[datetime, Action]]:
    """Return what happens to a desk's defects, and when."""
    player = Player(cast, now=now)
    return [step for one in data["defect"] for step in player.plan(one)]


def rank_defects(desk: Desk, *, now: datetime) -> None:
    """Rank the defects whose tickets have changed, as the sweep does."""
    while rank_stale_defects(desk_id=desk.pk, at=now):
        pass


class Player:
    """Create defects and move them through their stages, with the desk's own people."""

    def __init__(self, cast: Cast, *, now: datetime) -> None:
        self.cast, self.now = cast, now
        self.desk: Desk = cast.parts.desk
        self.agents = {agent.name: agent for agent in cast.agents}
        self.defects: dict[str, int] = {}  # IDs by title

    def plan(self, data: dict[str, Any]) -> list[tuple[datetime, Action]]:
        """Return the steps of one defect: its creation, then its stages, notes and releases."""
        steps: list[tuple[float, Action]] = [(data["days_ago"], partial(self._create, data))]
        steps += [(days, self._choose(data, kind, *more)) for kind, days, *more in data["timeline"]]
        return [
            (self.now - timedelta(days=days), partial(self._act, data, action))
            for days, action in steps
        ]

    def _choose(self, data: dict[str, Any], kind: str, *more: str) -> Action:
        actions: dict[str, Callable[..., None]] = {
            "note": self._add_note,
            "release": self._release,
            "merge": self._merge,
        }
        if kind in actions:
            return partial(actions[kind], data, *more)
        return partial(self._move, data, kind)

    def _act(self, data: dict[str, Any], action: Action, at: datetime) -> None:
        """Take a step, link the tickets that came in until then, and do what the sweeps do."""
        action(at)
        defect = Defect.objects.get(pk=self.defects[data["title"]])
        if defect.duplicate_of_id is None:
            self._link(data, defect, at)
        while tell_customers(desk_id=self.desk.pk, at=at):
            pass
        rank_defects(self.desk, now=at)

    def _create(self, data: dict[str, Any], at: datetime) -> None:
        first = self._list_tickets(data).first()
        fields = {name: data[name] for name in FIELDS if name in data}
        fields |= {
            "product": self.cast.parts.products[data["product"]],
            "owner": self.agents.get(data.get("owner", "")),
        }
        if data.get("planned_line"):
            fields["planned_line"] = ProductLine.objects.get(
                desk=self.desk, name=data["planned_line"]
            )
        if "planned_in_days" in data:
            fields["planned_on"] = (self.now + timedelta(days=data["planned_in_days"])).date()
        defect = create_defect(
            desk=self.desk,
            agent=self._get_reporter(data),
            fields=fields,
            at=at,
            ticket_id=first.pk if first else None,
        )
        self.defects[data["title"]] = defect.pk
        for name, role in data.get("followers", []):
            DefectFollower.objects.update_or_create(
                desk=self.desk, defect=defect, agent=self.agents[name], defaults={"role": role}
            )

    def _link(self, data: dict[str, Any], defect: Defect, at: datetime) -> None:
        for ticket in self._list_tickets(data).exclude(defect_links__defect=defect):
            agent = self._get_reporter(data)
            link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=agent, at=at)

    def _list_tickets(self, data: dict[str, Any]) -> QuerySet[Ticket]:
        """Return the tickets of customers that are about this problem, the oldest first."""
        about = Ticket.objects.filter(desk=self.desk, subject__in=data["subjects"])
        about = about.filter(account__isnull=False, is_unverified=False).order_by("pk")
        is_released = any(step[0] == "release" for step in data["timeline"])
        return about.filter(status__in=SETTLED) if is_released else about

    def _move(self, data: dict[str, Any], stage: str, at: datetime) -> None:
        by = Actor.of(self._get_engineer(data))
        move_stage(defect_id=self.defects[data["title"]], stage=stage, by=by, at=at)

    def _release(
        self, data: dict[str, Any], version: str, url: str, line: str, at: datetime
    ) -> None:
        found = ProductLine.objects.get(desk=self.desk, name=line) if line else None
        add_release(
            defect_id=self.defects[data["title"]],
            release=Release(version, url=url, line=found),
            by=Actor.of(self._get_engineer(data)),
            at=at,
        )

    def _add_note(self, data: dict[str, Any], name: str, text: str, at: datetime) -> None:
        defect_id = self.defects[data["title"]]
        add_note(defect_id=defect_id, agent=self.agents[name], text=text, at=at)

    def _merge(self, data: dict[str, Any], into: str, at: datetime) -> None:
        pair = {"defect_id": self.defects[data["title"]], "into_id": self.defects[into]}
        merge_defect(**pair, agent=self._get_reporter(data), at=at)

    def _get_reporter(self, data: dict[str, Any]) -> Agent:
        return self.agents[data["reporter"]]

    def _get_engineer(self, data: dict[str, Any]) -> Agent:
        return self.agents[data.get("owner") or data["reporter"]]
