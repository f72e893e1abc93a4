"""Agents who watch a ticket: notified of the customer's replies and of notes, like its assignee.

Followers (CC) are customers who get the emails; see tickets/services/properties.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import Watcher


def watch(*, ticket_id: int, agent: Agent, at: datetime) -> bool:
    """Make an agent watch a ticket, an observer too. Return False if they do already."""
    with transaction.atomic():
        change = Change.open(ticket_id, by=Actor.of(agent), at=at)
        mine = {"ticket": change.ticket, "agent": agent}
        added = {"desk_id": change.ticket.desk_id, "added_at": at}
        _watcher, is_new = Watcher.objects.get_or_create(**mine, defaults=added)
        if is_new:
            change.record(EventKind.WATCHING_STARTED)
            change.save()
    return is_new


def stop_watching(*, ticket_id: int, agent: Agent, at: datetime) -> bool:
    """Make an agent no longer watch a ticket. Return False if they don't watch it."""
    with transaction.atomic():
        change = Change.open(ticket_id, by=Actor.of(agent), at=at)
        gone, _rows = Watcher.objects.filter(ticket=change.ticket, agent=agent).delete()
        if gone:
            change.record(EventKind.WATCHING_STOPPED)
            change.save()
    return bool(gone)


def list_watchers_of(ticket_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return the IDs of the active agents who watch each ticket, in one statement."""
    rows = Watcher.objects.filter(ticket_id__in=set(ticket_ids), agent__is_active=True)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for ticket_id, agent_id in rows.values_list("ticket_id", "agent_id"):
        found[ticket_id].add(agent_id)
    return found
