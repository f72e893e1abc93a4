"""Notifications of a defect's followers, by their role (M100).

A notification is written with the event, in its transaction, so none is lost. Nobody is notified
of what they did themselves.
"""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import Agent, Role
from tickets.models import (
    ActorKind,
    Defect,
    DefectEvent,
    DefectEventKind,
    DefectFollower,
    FollowerRole,
    Stage,
    StageSetting,
)
from tickets.notifications import notify_staff

ALL = frozenset(FollowerRole)
WORKING = frozenset({FollowerRole.SUPPORT, FollowerRole.ENGINEERING})
# Who keeps promises to customers, besides Support.
PROMISING = frozenset({FollowerRole.SUPPORT, FollowerRole.PRODUCT, FollowerRole.SUCCESS})
# Roles by kind of event. Kinds that aren't here notify nobody: they say what a person who works on
# the defect sees anyway.
AUDIENCE: dict[str, frozenset[FollowerRole]] = {
    DefectEventKind.STAGE_MOVED: ALL,
    DefectEventKind.RELEASED: ALL,
    DefectEventKind.MAJOR: ALL,
    DefectEventKind.MERGED: WORKING,
    DefectEventKind.NOTE: WORKING,
    DefectEventKind.PUBLISHED: PROMISING,
}
# A change of one of these is a new plan, and one of the owner a new task.
PLAN_FIELDS = frozenset({"plan_text", "planned_version", "planned_line", "planned_on"})
PLANNED, OWNED, ADDED = "defect.planned", "defect.owned", "defect.added"
UNOWNED = "defect.unowned"


def notify_followers(defect: Defect, event: DefectEvent) -> None:
    """Notify the followers whose role an event concerns, and whom it names."""
    kind = f"defect.{event.kind}"
    if event.kind == DefectEventKind.CHANGED:
        _notify_of_change(defect, event)
    elif event.kind == DefectEventKind.FOLLOWED:
        if event.data["is_following"]:
            _notify(defect, event, ADDED, {event.data["id"]})
    elif event.kind in AUDIENCE:
        found = _list_followers(defect, AUDIENCE[event.kind])
        if event.kind == DefectEventKind.MAJOR:
            found |= _list_leads(defect)
        _notify(defect, event, kind, found)


def _notify_of_change(defect: Defect, event: DefectEvent) -> None:
    changed = set(event.data["fields"])
    if "owner" in changed and defect.owner_id:
        _notify(defect, event, OWNED, {defect.owner_id})
    elif "owner" in changed and event.actor_kind == ActorKind.SYSTEM:  # the owner left
        _notify(defect, event, UNOWNED, _list_followers(defect, WORKING) | _list_leads(defect))
    if changed & PLAN_FIELDS:
        found = _list_followers(defect, PROMISING)
        _notify(defect, event, PLANNED, found - {defect.owner_id})


def _notify(defect: Defect, event: DefectEvent, kind: str, agents: Collection[int]) -> None:
    doer = event.actor_id if event.actor_kind == ActorKind.AGENT else None
    told = sorted(set(agents) - {doer})
    if not told:
        return
    data = {
        "actor": event.actor_name,
        "defect": defect.key,
        "number": str(defect.number),
        "title": defect.title,
    }
    notify_staff(
        desk_id=defect.desk_id,
        agents=told,
        kind=kind,
        data=data | _describe_stage(defect, event),
        key=_make_key(defect, event),
        at=event.at,
    )


def _make_key(defect: Defect, event: DefectEvent) -> str:
    """Return what an agent is told of once: each event, and a significant impact in all."""
    if event.kind == DefectEventKind.MAJOR:
        return f"defect:{defect.pk}:major"
    return f"defect:{defect.pk}:{event.pk}"


def _describe_stage(defect: Defect, event: DefectEvent) -> dict[str, str]:
    """Return the stage that a defect moved to, and the desk's own name for it, or ""."""
    if event.kind != DefectEventKind.STAGE_MOVED:
        return {}
    stage = Stage(event.data["stage"][1])
    own = StageSetting.objects.filter(desk_id=defect.desk_id, stage=stage)
    return {"stage": stage.value, "stage_name": own.values_list("name", flat=True).first() or ""}


def _list_followers(defect: Defect, roles: Collection[FollowerRole]) -> set[int]:
    """Return the followers of these roles, with the owner, who works on the defect."""
    followers = DefectFollower.objects.filter(defect=defect, agent__is_active=True)
    found = dict(followers.values_list("agent_id", "role"))
    told = {agent_id for agent_id, role in found.items() if role in roles}
    if FollowerRole.ENGINEERING in roles and defect.owner_id:
        told.add(defect.owner_id)
    return told


def _list_leads(defect: Defect) -> set[int]:
    leads = Agent.objects.filter(desk_id=defect.desk_id, role=Role.LEAD, is_active=True)
    return set(leads.values_list("pk", flat=True))
