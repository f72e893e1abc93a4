"""Bulk changes: many tickets changed at once, with progress and undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent, Department
from helpdesk.agent.views.macros.bulk import AT_ONCE, run_now
from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import run_once
from helpdesk.api.pagination import NewestFirst
from helpdesk.api.references import MAX_ID, AgentField, RowField
from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.access import queue_for_agent
from tickets.bulk.merging import BulkMerge, start_bulk_merge
from tickets.bulk.starting import MAX_TICKETS, start_bulk_change, undo_bulk_change
from tickets.bulk.summary import summarize
from tickets.macros.acts import MAX_HOLD_DAYS, MAX_TAGS, MOVES, NOBODY, Acts
from tickets.models import BulkItem, BulkJob, Priority
from tickets.services.common import MAX_REASON


class ChangesInput(StrictSerializer):
    """What changes on each ticket. Fields that are left out keep their values."""

    department = RowField(
        queryset=Department.objects.all(), required=False, help_text=_("By id or name.")
    )
    priority = RowField(
        queryset=Priority.objects.filter(is_retired=False),
        required=False,
        help_text=_("By id or name."),
    )
    assignee = AgentField(
        queryset=Agent.objects.filter(is_active=True),
        required=False,
        allow_null=True,
        help_text=_("An agent by id or email address, or null to unassign."),
    )
    add_tags = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=MAX_TAGS,
        required=False,
        help_text=_("Names of tags to add."),
    )
    remove_tags = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=MAX_TAGS,
        required=False,
        help_text=_("Names of tags to remove."),
    )
    note = serializers.CharField(
        max_length=MAX_TEXT_LENGTH, required=False, help_text=_("An internal note.")
    )
    hold_days = serializers.IntegerField(
        min_value=1,
        max_value=MAX_HOLD_DAYS,
        required=False,
        help_text=_("How many days to put them on hold."),
    )
    hold_reason = serializers.CharField(
        max_length=MAX_REASON, required=False, help_text=_("Why they are on hold.")
    )
    status = serializers.ChoiceField(
        list(MOVES), required=False, help_text=_("The status; “closed” closes as solved.")
    )


class BulkInput(StrictSerializer):
    """A bulk change or a bulk merge."""

    tickets = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        min_length=1,
        max_length=MAX_TICKETS,
        help_text=_("Numbers of tickets. Those that you can't see are an error."),
    )
    changes = ChangesInput(required=False, help_text=_("What changes on each of them."))
    merge_into = serializers.IntegerField(
        min_value=1,
        max_value=MAX_ID,
        required=False,
        help_text=_("Merges the tickets into this one of them, instead of changing them."),
    )
    across_accounts = serializers.BooleanField(
        required=False, default=False, help_text=_("Allow merging tickets of different accounts.")
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("changes" in data) == ("merge_into" in data):
            raise ValidationError({"changes": [gettext("Pass either changes or a merge.")]})
        return data


class RefusalOutput(serializers.Serializer[Any]):
    """Tickets that were refused for one reason."""

    reason = serializers.CharField(help_text=_("Why they were refused."))
    count = serializers.IntegerField(help_text=_("How many there are."))
    tickets = serializers.ListField(
        source="numbers",
        child=serializers.IntegerField(),
        help_text=_("Numbers of the first of them."),
    )


class BulkProgress(serializers.Serializer[Any]):
    """A bulk change and its progress."""

    id = serializers.IntegerField(help_text=_("The id of the bulk change."))
    created_at = serializers.DateTimeField(help_text=_("When it was started."))
    finished_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When it was finished, or null while it runs.")
    )
    undo_of = serializers.IntegerField(
        allow_null=True, help_text=_("The bulk change that it undoes, or null.")
    )
    total = serializers.IntegerField(help_text=_("How many tickets it has."))
    due = serializers.IntegerField(help_text=_("How many wait for their turn."))
    done = serializers.IntegerField(help_text=_("How many were changed."))
    unchanged = serializers.IntegerField(help_text=_("How many needed no change."))


class BulkOutput(BulkProgress):
    """A bulk change, its progress, and what was refused."""

    refusals = RefusalOutput(many=True, help_text=_("Refused tickets, by reason."))


def describe_progress(jobs: Sequence[BulkJob]) -> list[dict[str, Any]]:
    """Return the progress of bulk changes, counted in one statement."""
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    items = BulkItem.objects.filter(job__in=[job.pk for job in jobs]).order_by()
    for each in items.values("job", "state").annotate(count=Count("pk")):
        counts[each["job"]][each["state"]] = each["count"]
    return [
        {
            "id": job.pk,
            "created_at": job.created_at,
            "finished_at": job.finished_at,
            "undo_of": job.undo_of_id,
            "total": sum(counts[job.pk].values()),
            **{name: counts[job.pk].get(name, 0) for name in ("due", "done", "unchanged")},
        }
        for job in jobs
    ]


class BulkBase(DeskView):
    """A view about the agent's own bulk changes."""

    serializer_class: type[serializers.BaseSerializer[Any]] = BulkOutput
    runs_outside = True

    def find(self, job_id: int) -> BulkJob:
        """Return one's own bulk change. Raises Http404."""
        found = self.list_mine().filter(pk=job_id).first()
        if found is None:
            raise Http404
        return found

    def describe(self, job: BulkJob) -> dict[str, Any]:
        """Return a bulk change with its progress."""
        (found,) = describe_progress([job])
        return dict(BulkOutput({**found, "refusals": summarize(job).refusals}).data)

    def run_small(self, job: BulkJob) -> Response:
        """Make a small change at once, as the page does, and return its outcome."""
        if job.items.count() <= AT_ONCE:
            run_now(job)
        job.refresh_from_db()
        return Response(self.describe(job), status=201)

    def list_mine(self) -> QuerySet[BulkJob]:
        """Return one's own bulk changes."""
        return BulkJob.objects.filter(agent=self.agent)


class BulkListView(BulkBase):
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_bulk_changes",
        summary=_("List your bulk changes"),
        description=_("Returns your bulk changes of the last 30 days, newest first."),
        responses={200: BulkProgress(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List one's own bulk changes."""
        page: Any = self.paginate_queryset(self.list_mine())
        return self.get_paginated_response(BulkProgress(describe_progress(page), many=True).data)

    @extend_schema(
        operation_id="start_bulk_change",
        summary=_("Change many tickets"),
        description=_(
            "Changes or merges tickets, each with your rights. Up to 50 are changed within the "
            "request, more in the background: read the bulk change for its progress."
        ),
        request=BulkInput,
        responses={201: BulkOutput},
    )
    def post(self, request: Request) -> Response:
        """Start a bulk change."""
        given = read_input(BulkInput, request.data)
        job = run_once(request, lambda: self._start(given), visible=self.list_mine())
        return self.run_small(job)

    def _start(self, given: dict[str, Any]) -> BulkJob:
        ids, at = self._find_tickets(given["tickets"]), timezone.now()
        if number := given.get("merge_into"):
            if number not in ids:
                raise ValidationError({"merge_into": [gettext("Name one of the tickets.")]})
            merge = BulkMerge(ids[number], given["across_accounts"])
            return start_bulk_merge(agent=self.agent, ticket_ids=ids.values(), merge=merge, at=at)
        acts = _read_acts(given["changes"])
        return start_bulk_change(agent=self.agent, ticket_ids=ids.values(), acts=acts, at=at)

    def _find_tickets(self, numbers: list[int]) -> dict[int, int]:
        """Return the ids of the tickets by number. Raises ValidationError."""
        rows = queue_for_agent(self.agent).filter(number__in=set(numbers))
        found = dict(rows.order_by("-ticket_id").values_list("number", "ticket_id"))
        if missing := [str(number) for number in numbers if number not in found]:
            text = gettext("You can't see these tickets: %(numbers)s.")
            raise ValidationError({"tickets": [text % {"numbers": ", ".join(missing[:20])}]})
        return found


def _read_acts(given: dict[str, Any]) -> Acts:
    values: dict[str, Any] = dict(given)
    for name in ("department", "priority"):
        if name in values:
            values[name] = values[name].pk
    if "assignee" in values:
        values["assignee"] = values["assignee"].pk if values["assignee"] else NOBODY
    for name in ("add_tags", "remove_tags"):
        if name in values:
            values[name] = tuple(values[name])
    return Acts(**values)


class BulkView(BulkBase):
    @extend_schema(
        operation_id="show_bulk_change",
        summary=_("Show a bulk change"),
        description=_("Returns the progress of one of your bulk changes, and what was refused."),
        responses={200: BulkOutput},
    )
    def get(self, request: Request, job_id: int) -> Response:
        """Show one's own bulk change."""
        return Response(self.describe(self.find(job_id)))


class BulkUndoView(BulkBase):
    @extend_schema(
        operation_id="undo_bulk_change",
        summary=_("Undo a bulk change"),
        description=_(
            "Restores the tickets' previous values, unless someone changed them since. Returns "
            "409 if the change can't be undone."
        ),
        request=None,
        responses={201: BulkOutput},
    )
    def post(self, request: Request, job_id: int) -> Response:
        """Undo one's own bulk change."""
        job = self.find(job_id)

        def start() -> BulkJob:
            return undo_bulk_change(job_id=job.pk, agent=self.agent, at=timezone.now())

        return self.run_small(run_once(request, start, visible=self.list_mine()))
