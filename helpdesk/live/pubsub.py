"""Publish changes to open pages, through Valkey pub/sub to every web process.

A message on a desk's channel names the ticket that changed, the facts that decide who may see it,
and the lists it affects (messages.py). A page gets only the ticket's number and reloads its part
through the ordinary views and permissions. If a message is lost, the page is only out of date.

A message on the viewers channel names a ticket that agents open, leave or type on; only that
ticket's pages get it (viewers.py). A message on the access channel names a desk, agent or user
whose access may have changed; their pages then check it in the database (access.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import redis

from helpdesk.live.breaker import Breaker
from helpdesk.live.messages import Change, DefectChange, Held, IncomingCall
from helpdesk.shared.numbers import format_capped_count
from helpdesk.shared.quarantine import MAX_COUNTED
from tickets.events import EventKind
from tickets.models import TicketEvent

CHANNEL = "plumbline:desk:"
VERSION_KEY = "plumbline:version:"
ACCESS_CHANNEL = "plumbline:access"
VIEWERS_CHANNEL = "plumbline:viewers-at:"

# Numbers a desk's messages in the order in which every subscriber gets them. The numbers start at
# the current time, so they still increase if Valkey loses its data.
_PUBLISH = """
local version = redis.call('INCR', KEYS[1])
if version == 1 then
  version = redis.call('TIME')[1] * 1000
  redis.call('SET', KEYS[1], version)
end
for _, text in ipairs(ARGV) do
  redis.call('PUBLISH', KEYS[2], version .. ' ' .. text)
end
"""

# Events that accompany another one in the same transaction need no notification of their own.
COMPANIONS = {
    EventKind.SLA_STARTED,
    EventKind.SLA_REPLANNED,
    EventKind.SLA_STOPPED,
    EventKind.SLA_MET,
    EventKind.LEFT_UNASSIGNED,
}

valkey = Breaker("live_pages_not_notified")


def publish_events(events: Iterable[TicketEvent]) -> None:
    """Notify open pages of the tickets that one transaction changed, once per ticket.

    Takes one round trip, and does nothing while Valkey is unavailable.
    """
    of_tickets: defaultdict[tuple[int, int], list[TicketEvent]] = defaultdict(list)
    for event in events:
        of_tickets[event.desk_id, event.ticket_id].append(event)
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for (desk_id, _), own in of_tickets.items():
        if any(event.kind not in COMPANIONS for event in own):
            lines[desk_id].append(str(Change.of(own[0].ticket, own)))
    publish_lines(lines)


def publish_call(desk_id: int, *, call_id: int, agent_id: int) -> None:
    """Show a call on the open pages of the agent who takes it."""
    publish_lines({desk_id: [str(IncomingCall(call_id, agent_id))]})


def publish_held(desk_id: int, count: int) -> None:
    """Notify the desk's open pages of the number of quarantined emails."""
    held = Held(format_capped_count(count, MAX_COUNTED) or "0")
    publish_lines({desk_id: [str(held)]})


def publish_defect(desk_id: int, number: int) -> None:
    """Notify the desk's open pages about defects. number: as in DefectChange."""
    publish_lines({desk_id: [str(DefectChange(number))]})


def publish_access_change(whose: str) -> None:
    """Make open pages check their access. whose: "desk 1", "agent 2" or "user 3", by ID."""
    valkey.run(lambda client: client.publish(ACCESS_CHANNEL, whose))


def publish_lines(lines: Mapping[int, list[str]]) -> None:
    """Publish messages on the channels of desks in one round trip."""

    def send(client: redis.Redis) -> None:
        with client.pipeline(transaction=False) as pipe:
            for desk_id, texts in lines.items():
                keys = (f"{VERSION_KEY}{desk_id}", f"{CHANNEL}{desk_id}")
                pipe.eval(_PUBLISH, len(keys), *keys, *texts)
            pipe.execute()

    if lines:
        valkey.run(send)


def read_version(desk_id: int) -> int:
    """Return the number of the desk's latest message; 0 if it has none or Valkey is unavailable."""
    return int(valkey.run(lambda client: client.get(f"{VERSION_KEY}{desk_id}")) or 0)
