"""Erasure of people from defects, which quote what they wrote on tickets (GDPR).

Called by tickets.erasing and helpdesk.privacy in the system scope: a defect's events are
append-only for the application's own role. Every query names its desk or its rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import Agent
from accounts.privacy.erasing import ERASED_NAME, KnownNames
from accounts.privacy.scrubbing import MARK, find_rows, rewrite_data, scrub, scrub_text
from tickets.models import (
    ActorKind,
    Defect,
    DefectEvent,
    DefectEventKind,
    DefectFollower,
    DefectLink,
    DefectUpdate,
    Notification,
    Ticket,
)

TYPED = ("text", "why")  # by people, in data of events
MAX_TITLE = 200  # characters


def list_linked_defects(desk_id: int, ticket_ids: Collection[int]) -> QuerySet[Defect]:
    """Return the defects that these tickets are or were linked to."""
    mine = {"desk_id": desk_id, "ticket_id__in": list(ticket_ids)}
    found: list[QuerySet[Any]] = [
        DefectLink.objects.filter(**mine),
        DefectUpdate.objects.filter(**mine),
        _list_events_about(desk_id, ticket_ids),
    ]
    ids = {pk for rows in found for pk in rows.order_by().values_list("defect", flat=True)}
    return Defect.objects.filter(desk_id=desk_id, pk__in=ids)


def list_created_defects(desk_id: int, ticket_ids: Collection[int]) -> QuerySet[Defect]:
    """Return the defects that were created from these tickets, prefilled with what they say."""
    events = _list_events_about(desk_id, ticket_ids).filter(kind=DefectEventKind.CREATED)
    ids = set(events.order_by().values_list("defect", flat=True))
    return Defect.objects.filter(desk_id=desk_id, pk__in=ids)


def _list_events_about(desk_id: int, ticket_ids: Collection[int]) -> QuerySet[DefectEvent]:
    tickets = Ticket.objects.filter(desk_id=desk_id, pk__in=ticket_ids).order_by()
    numbers = list(tickets.values_list("number", flat=True))
    return DefectEvent.objects.filter(desk_id=desk_id, data__ticket__in=numbers)


def forget_subjects(defects: QuerySet[Defect], subjects: Collection[str]) -> None:
    """Erase titles that were taken from the subjects of tickets."""
    titles = {subject[:MAX_TITLE] for subject in subjects}
    defects.filter(title__in=titles).update(title=MARK, revision=F("revision") + 1)
    _list_notifications(defects).filter(data__title__in=titles).delete()
    rewrite_data(
        DefectEvent.objects.filter(defect__in=defects, kind=DefectEventKind.CHANGED),
        lambda data: _replace_pair(data, "title", lambda old: MARK if old in titles else old),
    )


def scrub_defects(defects: QuerySet[Defect], pattern: str) -> int:
    """Erase matches of a pattern from defects and their history. Return how many defects had one.

    A form that was opened before can't bring a name back: the revision counts the change.
    """
    if not pattern:
        return 0
    changed = find_rows(defects, pattern, any_case=False)
    scrub(defects, pattern, any_case=False)
    scrub(_list_notifications(defects), pattern, any_case=False)
    Defect.objects.filter(pk__in=changed).update(revision=F("revision") + 1)
    events = DefectEvent.objects.filter(defect__in=defects)

    def without(text: str) -> str:
        return re.sub(pattern, MARK, text)

    rewrite_data(
        events.filter(data__has_any_keys=TYPED),
        lambda data: {key: without(data[key]) for key in TYPED if key in data},
    )
    rewrite_data(
        events.filter(kind=DefectEventKind.CHANGED),
        lambda data: _replace_pair(data, "title", without),
    )
    return len(changed)


def _list_notifications(defects: QuerySet[Defect]) -> QuerySet[Notification]:
    """Return the notifications about defects, which repeat their titles."""
    known = list(defects.values_list("desk", "number"))
    about = Notification.objects.filter(desk_id__in={desk_id for desk_id, _ in known})
    return about.filter(
        kind__startswith="defect.", data__number__in=[str(number) for _, number in known]
    )


def list_agent_names(agent: Agent) -> set[str]:
    """Return the names under which an agent changed defects."""
    return set(_list_acts(agent).values_list("actor_name", flat=True).distinct())


def forget_agent(agent: Agent, person: KnownNames) -> dict[str, int]:
    """Erase an agent's names from defects: as author, owner, follower, and in others' words."""
    acts = _list_acts(agent)
    touched = Defect.objects.filter(pk__in=set(acts.values_list("defect", flat=True)))
    scrub_defects(touched, person.in_tickets_worked_on)
    signed = acts.filter(kind=DefectEventKind.NOTE)
    own = person.in_own_tickets
    rewrite_data(signed, lambda data: {"text": scrub_text(own, data["text"])})
    _forget_mentions(person)
    return {
        "defect_followers": DefectFollower.objects.filter(agent=agent).delete()[0],
        "defect_events": acts.update(actor_name=ERASED_NAME),
    }


def _list_acts(agent: Agent) -> QuerySet[DefectEvent]:
    acts = DefectEvent.objects.filter(
        desk_id=agent.desk_id, actor_kind=ActorKind.AGENT, actor_id=agent.pk
    )
    return acts.order_by()


def _forget_mentions(person: KnownNames) -> None:
    """Erase an agent's names where an event names an owner or a follower.

    Notifications of what the agent did are deleted.
    """
    events = DefectEvent.objects.filter(desk_id=person.desk_id)

    def without(name: str) -> str:
        return ERASED_NAME if name in person.names else name

    followed = events.filter(kind=DefectEventKind.FOLLOWED, data__agent__in=person.names)
    rewrite_data(followed, lambda data: {"agent": without(data["agent"])})
    Notification.objects.filter(desk_id=person.desk_id, data__actor__in=person.names).delete()
    owned = events.filter(kind=DefectEventKind.CHANGED, data__fields__has_key="owner")
    rewrite_data(owned, lambda data: _replace_pair(data, "owner", without))


def _replace_pair(
    data: dict[str, Any], field: str, replace: Callable[[str], str]
) -> dict[str, Any]:
    """Return the changed fields of an event with both values of one of them replaced."""
    fields = data.get("fields", {})
    if not isinstance(fields.get(field), list):
        return {}
    return {"fields": fields | {field: [replace(value) for value in fields[field]]}}
