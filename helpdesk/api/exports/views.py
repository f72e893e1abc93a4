"""NDJSON of what changed since a cursor, for desk admins and their programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.audit import record_audit
from accounts.database.replica import reading_from_replica
from accounts.models import AuditAction, AuditEntry
from helpdesk.api.base import DeskView, IsAdmin
from helpdesk.api.contract.problems import ParameterError
from helpdesk.api.pagination import MAX_ID
from tickets.exchange import feeds
from tickets.exchange.feeds import FeedPage

MAX_LIMIT, DEFAULT_LIMIT = 2_000, 500
NDJSON = "application/x-ndjson"
RECORDED_EVERY = timedelta(days=1)  # in the audit log: programs read a page every few minutes


class MayExport(IsAdmin):
    """Let desk admins read: rows are of all departments, internal ones included."""

    message = _("Only desk admins can export data.")


class NdjsonRenderer(JSONRenderer):
    """One JSON object a line. Errors, which aren't lines, stay JSON."""

    media_type = NDJSON
    format = "ndjson"

    def render(self, data: Any, *given: Any, **options: Any) -> bytes:
        if not isinstance(data, tuple):
            return bytes(super().render(data, *given, **options))
        return b"".join(self._write_lines(data))

    def _write_lines(self, rows: tuple[Any, ...]) -> Iterator[bytes]:
        for row in rows:
            yield super().render(row) + b"\n"


class FeedParameters(serializers.Serializer[Any]):
    """Where a page begins, and its size."""

    after = serializers.IntegerField(
        min_value=0,
        max_value=MAX_ID,
        default=0,
        help_text=_("The Next-Cursor of the previous response, or 0 to start at the beginning."),
    )
    limit = serializers.IntegerField(
        min_value=1,
        max_value=MAX_LIMIT,
        default=DEFAULT_LIMIT,
        help_text=_("The number of changes per page."),
    )


def describe(operation: str, summary: Any, description: Any) -> Callable[[Any], Any]:
    """Return the declaration of a feed."""
    more = _(
        "One JSON object per line. The Next-Cursor header says where to continue, now or later. "
        "The Link header has the next page, if there is one. Data is read from the replica, if "
        "there is one."
    )
    return extend_schema(
        operation_id=operation,
        summary=summary,
        description=format_lazy("{} {}", description, more),
        parameters=[FeedParameters],
        responses={(200, NDJSON): OpenApiResponse(OpenApiTypes.STR, description=_("The lines."))},
    )


class FeedView(DeskView):
    """A page of a feed."""

    permission_classes = [MayExport]
    renderer_classes = [NdjsonRenderer]
    serializer_class = FeedParameters
    read: ClassVar[Callable[..., FeedPage]]
    feed: ClassVar[str]

    def show(self, request: Request) -> Response:
        """Return the next lines."""
        given = FeedParameters(data=request.query_params)
        if not given.is_valid():
            raise ParameterError(given.errors)
        now = timezone.now()
        self._record(now)
        with (
            reading_from_replica("export_feed") as alias,
            transaction.atomic(using=alias),
        ):
            page = type(self).read(self.agent.desk, at=now, **given.validated_data)
        headers = {"Next-Cursor": str(page.cursor), "Cache-Control": "no-store"}
        if page.has_more:
            url = replace_query_param(request.build_absolute_uri(), "after", page.cursor)
            headers["Link"] = f'<{url}>; rel="next"'
        response = Response(page.rows, headers=headers)
        response.add_post_render_callback(_keep_content_type)
        return response

    def _record(self, at: datetime) -> None:
        """Record the export in the audit log, once a day for each agent and feed."""
        mine = AuditEntry.objects.filter(desk=self.agent.desk_id, actor=self.agent.name)
        earlier = mine.filter(  # of two agents with one name, each has their own
            user=self.agent.user_id, action=AuditAction.DESK_EXPORTED, target=self.feed
        )
        if not earlier.filter(at__gt=at - RECORDED_EVERY).exists():
            record_audit(
                desk=self.agent.desk_id,
                by=self.agent,
                action=AuditAction.DESK_EXPORTED,
                target=self.feed,
            )


def _keep_content_type(response: Any) -> None:
    """Name the type of a page without rows, too, which REST framework takes for no content."""
    response.headers.setdefault("Content-Type", NDJSON)


class EventFeedView(FeedView):
    read = staticmethod(feeds.read_events)
    feed = "events"

    @describe("export_events", _("Export events"), _("The events of all tickets, in order."))
    def get(self, request: Request) -> Response:
        """Return events as lines."""
        return self.show(request)


class TicketFeedView(FeedView):
    read = staticmethod(feeds.read_tickets)
    feed = "tickets"

    @describe("export_tickets", _("Export tickets"), _("Tickets that changed, as they are now."))
    def get(self, request: Request) -> Response:
        """Return changed tickets as lines."""
        return self.show(request)


class MessageFeedView(FeedView):
    read = staticmethod(feeds.read_messages)
    feed = "messages"

    @describe("export_messages", _("Export messages"), _("Messages that are new or changed."))
    def get(self, request: Request) -> Response:
        """Return new and changed messages as lines."""
        return self.show(request)


class NoteFeedView(FeedView):
    read = staticmethod(feeds.read_notes)
    feed = "notes"

    @describe("export_notes", _("Export notes"), _("Internal notes that are new or changed."))
    def get(self, request: Request) -> Response:
        """Return new and changed notes as lines."""
        return self.show(request)


class ContactFeedView(FeedView):
    read = staticmethod(feeds.read_contacts)
    feed = "contacts"

    @describe("export_contacts", _("Export contacts"), _("All contacts, by ID."))
    def get(self, request: Request) -> Response:
        """Return contacts as lines."""
        return self.show(request)


class AccountFeedView(FeedView):
    read = staticmethod(feeds.read_accounts)
    feed = "accounts"

    @describe("export_accounts", _("Export accounts"), _("All accounts, by ID."))
    def get(self, request: Request) -> Response:
        """Return accounts as lines."""
        return self.show(request)


class AgentFeedView(FeedView):
    read = staticmethod(feeds.read_agents)
    feed = "agents"

    @describe("export_agents", _("Export agents"), _("All agents, by ID."))
    def get(self, request: Request) -> Response:
        """Return agents as lines."""
        return self.show(request)
