"""Who is viewing a ticket, and who is typing: in Valkey for seconds, never in the database.

An open event stream of a ticket's page is a viewer. One task per web process renews all viewers
of the process in one round trip. Losing Valkey loses only these names.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

import redis
import redis.asyncio
import structlog

from accounts.models import Agent
from helpdesk.live.breaker import Breaker, make_async_client
from helpdesk.live.pubsub import VIEWERS_CHANNEL
from helpdesk.shared.avatars import get_initials, get_tone

log = structlog.get_logger(__name__)

KEY = "plumbline:viewers:"
RENEWAL_INTERVAL = 8.0  # seconds
VIEWER_TTL = 18.0  # seconds without a renewal; both together are less than 30
TYPING_TTL = 10.0  # seconds after the last word
SLICE = 200  # viewers renewed in one round trip


class Viewer(NamedTuple):
    """An open page of a ticket. page: distinguishes the pages of one agent."""

    desk_id: int
    number: int
    agent_id: int
    name: str
    page: str

    @classmethod
    def of(cls, agent: Agent, number: int, *, page: str = "") -> Viewer:
        return cls(agent.desk_id, number, agent.pk, agent.name, page or uuid4().hex)

    @property
    def key(self) -> str:
        return f"{KEY}{self.desk_id}:{self.number}"

    @property
    def field(self) -> str:
        return f"{self.agent_id}:{self.page}"

    def describe(self, *, doing: str, until: float) -> str:
        """Return the value of the field. doing: "reply" or "note" while typing it, or ""."""
        return json.dumps({"name": self.name, "doing": doing, "until": until})


def list_others(
    entries: Mapping[bytes, bytes], *, agent_id: int, now: float
) -> list[dict[str, str | int]]:
    """Return the other agents on a ticket, by name, as viewers.js shows them.

    entries: of the ticket's hash. An agent is named once, and as typing if any entry says so.
    """
    found: dict[int, dict[str, str | int]] = {}
    for field, value in entries.items():
        other, entry = int(field.partition(b":")[0]), json.loads(value)
        if other == agent_id or entry["until"] < now:
            continue
        doing = entry["doing"] or found.get(other, {}).get("doing", "")
        found[other] = {
            "id": other,
            "name": entry["name"],
            "initials": get_initials(entry["name"]),
            "tone": get_tone(entry["name"]),
            "doing": doing,
        }
    return sorted(found.values(), key=lambda one: str(one["name"]))


valkey = Breaker("typing_not_shown")


def set_typing(agent: Agent, number: int, doing: str) -> None:
    """Show an agent as typing a "reply" or a "note" for the next seconds; "" ends it."""
    _mark(Viewer.of(agent, number, page="typing"), doing, seconds=TYPING_TTL if doing else 0)


def set_viewing(agent: Agent, number: int, *, is_there: bool) -> None:
    """Show an agent whose program has no event stream as a viewer for the next seconds."""
    _mark(Viewer.of(agent, number, page="program"), "", seconds=VIEWER_TTL if is_there else 0)


def read_others(agent: Agent, number: int) -> list[dict[str, str | int]]:
    """Return the other agents on a ticket, by name; none if Valkey is unavailable."""
    viewer = Viewer.of(agent, number)
    entries: Any = valkey.run(lambda client: client.hgetall(viewer.key)) or {}
    return list_others(entries, agent_id=agent.pk, now=time.time())


def _mark(viewer: Viewer, doing: str, *, seconds: float) -> None:
    """Keep a viewer's entry for some seconds; 0 removes it. Tell the pages of the ticket."""

    def write(client: redis.Redis) -> None:
        with client.pipeline(transaction=False) as pipe:
            if seconds:
                until = time.time() + seconds
                pipe.hset(viewer.key, viewer.field, viewer.describe(doing=doing, until=until))
                pipe.expire(viewer.key, int(VIEWER_TTL))
            else:
                pipe.hdel(viewer.key, viewer.field)
            pipe.publish(f"{VIEWERS_CHANNEL}{viewer.desk_id}", viewer.number)
            pipe.execute()

    valkey.run(write)


class Viewers:
    """The viewers of this web process, and what they see of others."""

    def __init__(self) -> None:
        self.present: dict[Viewer, Callable[[], None]] = {}
        self.renewing: asyncio.Task[None] | None = None
        self._client: redis.asyncio.Redis | None = None

    async def enter(self, viewer: Viewer, look_again: Callable[[], None] | None = None) -> None:
        """Show a viewer to the others on the ticket until ``leave``.

        look_again: called when others may have joined or left without a message.
        """
        self.present[viewer] = look_again or (lambda: None)
        if self.renewing is None or self.renewing.done():
            self.renewing = asyncio.create_task(self._renew())
        await self._run(self._write([viewer]), told=viewer)

    async def leave(self, viewer: Viewer) -> None:
        """Remove a viewer. Without Valkey, or in a crash, the entry expires."""
        if viewer not in self.present:
            return
        del self.present[viewer]
        await self._run([("HDEL", viewer.key, viewer.field)], told=viewer)

    async def list_others(self, viewer: Viewer) -> list[dict[str, str | int]]:
        """Return the other agents on the viewer's ticket; none if Valkey is unavailable."""
        [entries] = await self._run([("HGETALL", viewer.key)]) or [{}]
        return list_others(entries, agent_id=viewer.agent_id, now=time.time())

    async def _renew(self) -> None:
        shared: dict[str, int] = {}
        while self.present:
            # Spread over the interval: thousands of entries at once would block all other work.
            present = sorted(self.present, key=lambda viewer: viewer.key)
            slices = [present[start : start + SLICE] for start in range(0, len(present), SLICE)]
            own = Counter(viewer.key for viewer in present)
            found: dict[str, int] = {}
            for part in slices:
                await asyncio.sleep(RENEWAL_INTERVAL / len(slices))
                still = [viewer for viewer in part if viewer in self.present]
                await self._run(self._write(still))
                found |= await self._wake_shared(part, own, shared)
            shared = found

    async def _wake_shared(
        self, viewers: list[Viewer], own: Mapping[str, int], before: Mapping[str, int]
    ) -> dict[str, int]:
        """Make pages with other viewers read them again: another process may have died."""
        keys = list(dict.fromkeys(viewer.key for viewer in viewers))
        counts = await self._run([("HLEN", key) for key in keys]) or []
        shared = {key: count for key, count in zip(keys, counts, strict=False) if count > own[key]}
        for viewer in viewers:
            if viewer.key in shared or viewer.key in before:
                self.present.get(viewer, lambda: None)()
        return shared

    @staticmethod
    def _write(viewers: Iterable[Viewer]) -> list[tuple[str, ...]]:
        until = time.time() + VIEWER_TTL
        return [
            command
            for viewer in viewers
            for command in (
                ("HSET", viewer.key, viewer.field, viewer.describe(doing="", until=until)),
                ("EXPIRE", viewer.key, str(int(VIEWER_TTL))),
            )
        ]

    async def _run(
        self, commands: list[tuple[str, ...]], *, told: Viewer | None = None
    ) -> list[Any] | None:
        """Run commands in one round trip; return None if Valkey is unavailable.

        A stream that ends meanwhile doesn't interrupt them: before Python 3.12 the client may
        swallow the cancellation.
        """
        return await asyncio.shield(self._execute(commands, told))

    async def _execute(
        self, commands: list[tuple[str, ...]], told: Viewer | None
    ) -> list[Any] | None:
        if self._client is None:
            self._client = make_async_client()
        pipe = self._client.pipeline(transaction=False)
        for command in commands:
            pipe.execute_command(*command)
        if told:
            pipe.publish(f"{VIEWERS_CHANNEL}{told.desk_id}", told.number)
        try:
            return list(await pipe.execute())
        except (redis.RedisError, OSError) as error:
            log.warning("viewers_lost_valkey", error=str(error))
            return None


registry = Viewers()
