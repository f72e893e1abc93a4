"""The event stream of a visitor's page: it says that there is news, never what.

It is one of the web process's open pages (helpdesk/live), which no session or agent belongs to: the
token in the header was checked when it opened, and it ends after some minutes and opens again.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable
from contextlib import suppress
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from channels_intake.connectors.messenger.thread import find_conversation
from channels_intake.models import Conversation
from helpdesk.live import hub
from helpdesk.live.application import HANDOVER, Handover
from helpdesk.live.checks import Access, Reader
from helpdesk.live.interests import Interest
from helpdesk.live.messages import Change
from helpdesk.live.pages import Page, Send
from helpdesk.messenger.requests import MessengerRequest, refuse, require_own_page
from helpdesk.shared.http.rate_limits import is_within_limit, too_many_requests
from tickets.rules.visibility import TicketVisibility

CONTENT_TYPE = "text/event-stream"
HEARTBEAT = 20.0  # seconds
HEARTBEATS = 15  # then the stream ends, and the page opens another one
NEWS = "event: news\ndata:\n\n"
RETRY_AFTER = "60"  # seconds
SHARE = 4  # visitors may have one in four of the process's streams


class VisitorPage(Page):
    """A visitor's page, told of each change of the conversation's ticket."""

    def __init__(self, conversation: Conversation, number: int, *, known_changes: int) -> None:
        super().__init__(
            Reader("", 0, conversation.desk_id),
            Access(TicketVisibility(0, ())),
            interest=Interest(numbers=frozenset([number])),
            user_id=-conversation.pk,  # its streams count together; users' IDs are positive
            known_changes=known_changes,
        )
        self.check_at = math.inf  # there is no session to check

    def suspect(self) -> None:
        """Keep the page: no agent's access changes what a visitor may see."""

    @property
    def may_be_told(self) -> bool:
        """True: what it hears is the same for everybody."""
        return True

    def can_see(self, change: Change) -> bool:
        """Return True: the change itself isn't sent."""
        return True

    def tell_held(self, shown: str) -> None:
        """Ignore the desk's quarantine."""

    async def run(self, send: Send, gone: Awaitable[object], greet: Awaitable[None]) -> None:
        """Keep the page open for some minutes, with a line every now and then."""
        beating = asyncio.create_task(self._beat())
        try:
            await super().run(send, gone, greet)
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating

    async def _beat(self) -> None:
        for _ in range(HEARTBEATS):
            await asyncio.sleep(HEARTBEAT)
            self.keep_open()
        self.end()

    def _take_lines(self) -> str:
        greeting, has_news = self.greeting, bool(self.changes)
        self.greeting, self.changes = "", {}
        return greeting + (NEWS if has_news else "")


@require_safe
@require_own_page
def stream_news(request: MessengerRequest) -> HttpResponse:
    """Open a stream with ``event: news`` whenever the visitor's ticket changes.

    204 before there is a ticket, 503 if visitors have too many streams open: the page then asks
    from time to time.
    """
    visitor = request.visitor
    if visitor is None:
        return refuse("The visitor's token is missing or too old.", HTTPStatus.UNAUTHORIZED)
    if not is_within_limit(request, "messenger_stream", key=visitor.id):
        return too_many_requests(request)
    conversation = find_conversation(request.connection, visitor)
    if conversation is None or conversation.ticket is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if _count_visitors() * SHARE >= settings.MAX_STREAMS:
        response = HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = RETRY_AFTER
        return response
    handover: Handover | None = getattr(request, "scope", {}).get(HANDOVER)
    if request.method == "GET" and handover is not None:
        number, known = conversation.ticket.number, handover.known_changes
        handover.page = VisitorPage(conversation, number, known_changes=known)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return HttpResponse(": open\n\n", content_type=CONTENT_TYPE, headers=headers)


def _count_visitors() -> int:
    return sum(isinstance(page, VisitorPage) for page in hub.hub.pages)
