"""The feed of events, for programs that can't receive webhooks: by cursor, with a long poll."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.agent.ticket_page.history_queries import hide_other_tickets
from helpdesk.api.base import DeskView
from helpdesk.api.pagination import MAX_PAGE
from helpdesk.api.serializers import read_input
from helpdesk.api.webhooks.serializers import FeedPage
from helpdesk.live.polls import begin_poll
from tickets.models import TicketEvent
from tickets.webhooks.feed import Cursor, InvalidCursorError, find_end, parse_cursor, read_page
from tickets.webhooks.kinds import CATALOG, get_name

NOW = "now"
MAX_WAIT = 25  # seconds


PARAMETERS = [
    OpenApiParameter(
        "after",
        str,
        description=_(
            "“after” of the previous response, or the id of an event. “now” starts with events "
            "from now on. If it's left out, the feed starts with the desk's first event."
        ),
    ),
    OpenApiParameter(
        "wait",
        {"type": "integer", "minimum": 0, "maximum": MAX_WAIT, "default": 0},
        description=_(
            "How many seconds to wait if there is no event yet. The response may come earlier, "
            "and empty, while many programs are waiting."
        ),
    ),
    OpenApiParameter(
        "kinds",
        str,
        description=_("Only these kinds of events, such as “ticket.opened,ticket.closed”."),
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 100},
        description=_("Events per page."),
    ),
]


class FeedFilters(serializers.Serializer[Any]):
    """The parameters of the feed, checked."""

    after = serializers.CharField(required=False, max_length=80)
    wait = serializers.IntegerField(default=0, min_value=0, max_value=MAX_WAIT)
    kinds = serializers.CharField(default="", allow_blank=True, max_length=2000)
    limit = serializers.IntegerField(default=100, min_value=1, max_value=MAX_PAGE)

    def validate_after(self, text: str) -> Cursor | None:
        try:
            return None if text == NOW else parse_cursor(text)
        except InvalidCursorError:
            raise serializers.ValidationError(gettext("The cursor is invalid.")) from None

    def validate_kinds(self, text: str) -> list[str]:
        kinds = [kind.strip() for kind in text.split(",") if kind.strip()]
        if unknown := [kind for kind in kinds if kind not in CATALOG]:
            said = gettext("There is no event “%(kind)s”.") % {"kind": unknown[0]}
            raise serializers.ValidationError(said)
        return kinds


class EventFeedView(DeskView):
    serializer_class = FeedPage
    pagination_class = None
    is_live = True

    @extend_schema(
        operation_id="list_events",
        summary=_("Read events"),
        description=_(
            "Returns the events after a cursor, of tickets that you can see, oldest first. No "
            "event is skipped, even if it was committed late. Pass the “after” of each response in "
            "your next request. With “wait”, the response comes as soon as there is an event."
        ),
        parameters=PARAMETERS,
        responses=FeedPage,
    )
    def get(self, request: Request) -> Response:
        """Return a page of events, perhaps after a while."""
        asked = read_input(FeedFilters, request.query_params)
        poll = begin_poll(request._request, self.agent.desk_id, seconds=asked["wait"])
        cursor = asked.get("after", Cursor()) or find_end(self.agent.desk_id)
        page = read_page(
            self.agent,
            cursor,
            kinds=asked["kinds"],
            limit=asked["limit"],
            waits=poll is None or not poll.is_again,
        )
        if poll is not None:
            poll.is_behind = page.cursor.after < page.cursor.newest
            poll.is_empty = not page.events and not page.has_more
            poll.after = str(page.cursor)
        hide_other_tickets(page.events, self.agent)
        return Response(
            {
                "results": [describe_event(event) for event in page.events],
                "after": str(page.cursor),
                "has_more": page.has_more,
            }
        )


def describe_event(event: TicketEvent) -> dict[str, Any]:
    """Return an event as the feed shows it, to agents who may see its ticket."""
    return {
        "id": event.pk,
        "type": event.kind,
        "name": get_name(event.kind),
        "timestamp": serializers.DateTimeField().to_representation(event.at),
        "ticket": event.ticket.number,
        "channel": event.channel,
        "actor": {"kind": event.actor_kind, "id": event.actor_id, "name": event.actor_name},
        "facts": event.data,
    }
