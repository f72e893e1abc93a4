"""The latest messages of each desk, for pages that open their stream a moment later.

A page is rendered first and opens its stream then. What changes in between is told to it as soon
as the stream is open.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque

from helpdesk.live.messages import Change, DefectChange, Held, IncomingCall
from helpdesk.live.pages import Page

MAX_KEPT = 50  # messages of a desk


class History:
    """The latest messages of each desk, with their versions."""

    def __init__(self) -> None:
        self._messages: defaultdict[int, deque[tuple[int, str]]] = defaultdict(
            lambda: deque(maxlen=MAX_KEPT)
        )

    def add(self, desk_id: int, version: int, text: str) -> None:
        """Keep a message."""
        self._messages[desk_id].append((version, text))

    def forget(self) -> None:
        """Forget everything: messages were lost."""
        self._messages.clear()

    def list_since(self, desk_id: int, version: int) -> list[tuple[int, str]] | None:
        """Return the messages after a version, or None if not all of them are known."""
        messages = self._messages.get(desk_id)
        if not messages:
            return None
        oldest = messages[0][0]
        # Messages of one version may have been dropped in part.
        is_whole = oldest <= version or (oldest == version + 1 and len(messages) < MAX_KEPT)
        return [message for message in messages if message[0] > version] if is_whole else None


def catch_up(page: Page, history: History, *, version: int) -> bool:
    """Notify a page of what changed since it was rendered. Return False if that isn't known.

    version: the desk's latest; 0 means unknown.
    """
    if not page.since or not version or page.since == version:
        return True
    missed = history.list_since(page.reader.desk_id, page.since)
    for of, text in missed or ():
        if held := Held.parse(text):
            page.tell_held(held.shown)
        elif defect := DefectChange.parse(text):
            page.tell_defect(defect.number)
        elif call := IncomingCall.parse(text):
            if call.agent_id == page.reader.agent_id:
                page.tell_call(call.call_id)
        elif (change := Change.parse(text)) and page.interest.is_touched_by(
            change, now=time.time()
        ):
            page.tell(change, of)
    return missed is not None
