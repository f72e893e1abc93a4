"""An open page: its reader, what it shows, and which changes it hasn't been sent yet."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine
from random import SystemRandom
from typing import Any

from helpdesk.live import viewers
from helpdesk.live.checks import Access, Reader
from helpdesk.live.interests import Interest
from helpdesk.live.messages import Change

LIST_PAUSE = 1.0  # seconds between two messages to a list, however much changes
TICKET_PAUSE = 0.2
MAX_BACKLOG = 100  # pending changes of a slow page; beyond these, the oldest are dropped
STILL_HERE = ": still here\n\n"
MAX_UNCHECKED = 60.0  # seconds without an access check, after which nothing is sent to a page

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Page:
    """An open page. At most one message to it is being sent; later changes go into the next one.

    ticket: the ticket that the page shows, as of when it opened, or None. defect: the number of the
    defect that it shows, 0 for all of them, or None. known_changes: how many
    access changes the hub had received before the request was checked, or -1. since: the desk's
    version when the page was rendered; 0 means unknown.
    """

    def __init__(
        self,
        reader: Reader,
        access: Access,
        *,
        interest: Interest,
        user_id: int,
        viewer: viewers.Viewer | None = None,
        ticket: Change | None = None,
        defect: int | None = None,
        known_changes: int = -1,
        since: int = 0,
    ) -> None:
        self.reader, self.access, self.interest = reader, access, interest
        self.user_id = user_id
        self.names = {
            f"desk {reader.desk_id}",
            f"agent {reader.agent_id}",
            f"user {user_id}",
        }
        self.viewer, self.ticket, self.defect = viewer, ticket, defect
        # Access: nothing is sent to the page until its access was checked.
        self.known_changes, self.is_fresh = known_changes, False
        self.stamp = ""
        self.is_checked = False
        self.checked_at = time.monotonic()
        self.check_at = 0.0  # by time.monotonic(), like rules_at; 0 means now
        self.rules_at = 0.0  # when the access rules run again, even if the stamp is unchanged
        # Changes to send.
        self.changes: dict[int, Change] = {}
        self.since, self.version = since, 0
        self.held = ""
        self.calls: list[int] = []
        self.has_defect_news = False
        self.has_new_viewers = False
        self.told_viewers = ""
        self.pace = self.told_pace = 1.0
        self.greeting = self.farewell = ""
        # The connection.
        self._send: Send | None = None
        self._ended: asyncio.Future[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._sent_at = -2 * LIST_PAUSE
        # Vary the interval, so that pages notified together aren't notified together again.
        self._stretch = SystemRandom().uniform(1.0, 1.3)

    # --- Changes --------------------------------------------------------------------------------

    def tell(self, change: Change, version: int) -> bool:
        """Note a change that affects this page. Return True if it is the first to be sent."""
        is_first = not self.changes
        self.changes.pop(change.number, None)
        if len(self.changes) >= MAX_BACKLOG:
            del self.changes[next(iter(self.changes))]
        self.changes[change.number] = change
        self.version = version
        self._schedule()
        return is_first

    def tell_held(self, shown: str) -> None:
        """Note the number of quarantined emails."""
        self.held = shown
        self._schedule()

    def tell_defect(self, number: int) -> None:
        """Note that a defect changed, if the page shows it."""
        if self.defect is not None and self.defect in (0, number):
            self.has_defect_news = True
            self._schedule()

    def tell_call(self, call_id: int) -> None:
        """Note a call that the page's reader takes."""
        if call_id not in self.calls:
            self.calls.append(call_id)
            self._schedule()

    def tell_viewers(self) -> None:
        """Make the page read the viewers of its ticket again."""
        if self.viewer:
            self.has_new_viewers = True
            self._schedule()

    def greet(self, text: str) -> None:
        """Send a line as soon as the page's access was checked."""
        self.greeting = text
        self._schedule()

    # --- Access ---------------------------------------------------------------------------------

    def suspect(self) -> None:
        """Send nothing to the page until its access was checked again."""
        self.is_checked, self.is_fresh, self.check_at = False, False, 0.0

    def confirm(self, *, next_check_at: float) -> None:
        """Note that the page's access was checked. next_check_at: by time.monotonic()."""
        self.is_checked, self.is_fresh, self.checked_at = True, False, time.monotonic()
        self.check_at = next_check_at
        self.has_new_viewers = self.viewer is not None
        self.greet(self.greeting + STILL_HERE)

    def keep_open(self) -> None:
        """Send a comment, so that no proxy closes the stream while access can't be checked."""
        if self._send is not None and not self._sending:
            self._start_task(_send_text(self._send, STILL_HERE))

    @property
    def may_be_told(self) -> bool:
        """True if the page's access was checked recently enough."""
        return self.is_checked and time.monotonic() - self.checked_at < MAX_UNCHECKED

    def is_sure(self, stamp: str | None) -> bool:
        """Return True if nothing that the page's access depends on can have changed."""
        ends_at = self.access.ends_at
        if stamp is None or self.is_fresh:
            return stamp is not None
        if time.monotonic() >= self.rules_at:
            return False
        return stamp == self.stamp and (ends_at is None or time.time() < ends_at)

    def can_see(self, change: Change) -> bool:
        """Return True if the page's reader may see a ticket."""
        return self.access.visibility.allows(
            department_id=change.department_id, assignee_id=change.assignee_id
        )

    # --- The connection -------------------------------------------------------------------------

    async def run(self, send: Send, gone: Awaitable[object], greet: Awaitable[None]) -> None:
        """Keep the page open until its browser is ``gone`` or its access ends."""
        self._send, self._ended = send, asyncio.get_running_loop().create_future()
        leaving = asyncio.ensure_future(gone)
        leaving.add_done_callback(lambda _: self.end())
        try:
            if self.viewer:
                await viewers.registry.enter(self.viewer, self.tell_viewers)
            await greet
            await self._ended
        finally:
            self._send = None
            leaving.cancel()
            if self._timer:
                self._timer.cancel()
            if self._sending:
                self._sending.cancel()
            if self.viewer:
                await viewers.registry.leave(self.viewer)

    def end(self) -> None:
        """Close the page's stream."""
        if self._ended and not self._ended.done():
            self._ended.set_result(None)

    def _schedule(self) -> None:
        if self._send is None or self._sending or self._timer or not self.may_be_told:
            return
        pause = TICKET_PAUSE if self.ticket else LIST_PAUSE * self._stretch
        loop = asyncio.get_running_loop()
        wait = self._sent_at + pause - loop.time()
        if wait > 0:
            self._timer = loop.call_later(wait, self._start_sending)
        else:
            self._start_sending()

    def _start_sending(self) -> None:
        self._timer = None
        if self._send is not None and self.may_be_told:
            self._start_task(self._send_news(self._send))

    def _start_task(self, sending: Coroutine[Any, Any, None]) -> None:
        self._sending = asyncio.create_task(sending)
        self._sending.add_done_callback(self._note_sent)

    def _note_sent(self, sending: asyncio.Task[None]) -> None:
        self._sending = None
        if sending.cancelled() or sending.exception():
            self.end()
        elif self._has_news():
            self._schedule()

    def _has_news(self) -> bool:
        pending = (self.changes, self.held, self.has_defect_news, self.calls)
        return any(pending) or self.has_new_viewers or bool(self.greeting)

    async def _send_news(self, send: Send) -> None:
        if self.changes or self.has_defect_news:
            self._sent_at = asyncio.get_running_loop().time()
        text = self._take_lines() + await self._take_viewers()
        if text:
            await _send_text(send, text)

    def _take_lines(self) -> str:
        greeting, held, changes = self.greeting, self.held, self.changes
        self.greeting, self.held, self.changes = "", "", {}
        lines = [f"event: held\ndata: {held}\n\n"] if held else []
        calls, self.calls = self.calls, []
        lines += [f"event: call\ndata: {call_id}\n\n" for call_id in calls]
        if self.has_defect_news:
            self.has_defect_news = False
            lines.append(f"event: defect\ndata: {self.defect}\n\n")
        seen = [change for change in changes.values() if self.can_see(change)]
        if seen and _differs(self.pace, self.told_pace):
            self.told_pace = self.pace
            lines.append(f"event: pace\ndata: {self.pace:.1f}\n\n")
        lines += [f"event: ticket\ndata: {c.number}\nid: {self.version}\n\n" for c in seen]
        for change in changes.values():
            self._notice_own(change)
        return greeting + "".join(lines)

    def _notice_own(self, change: Change) -> None:
        if self.ticket and change.number == self.ticket.number:
            self.ticket, self.has_new_viewers = change, True

    async def _take_viewers(self) -> str:
        """Return an event with the other viewers (none without access), or "" if unchanged."""
        if self.viewer is None or self.ticket is None or not self.has_new_viewers:
            return ""
        self.has_new_viewers = False
        others: list[dict[str, str | int]] = []
        if self.can_see(self.ticket):
            others = await viewers.registry.list_others(self.viewer)
        else:
            await viewers.registry.leave(self.viewer)
        event = f"event: viewers\ndata: {json.dumps(others)}\n\n"
        is_told, self.told_viewers = event == self.told_viewers, event
        return "" if is_told else event


async def _send_text(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _differs(one: float, other: float) -> bool:
    return max(one, other) > 1.25 * min(one, other)
