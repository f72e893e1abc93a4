"""Dry runs of routing rules: start one, read its table, apply it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.configuration.rules import RulesView
from helpdesk.api.pagination import NewestFirst
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import Extras, StrictSerializer, read_input
from routing.models import DryRun, RowState
from routing.models.dry_runs import MAX_TICKETS
from routing.rules.dry_runs import apply_dry_run, start_dry_run


class DryRunInput(StrictSerializer):
    """A dry run to start."""

    size = serializers.IntegerField(
        min_value=1, max_value=MAX_TICKETS, help_text=_("How many tickets to try, newest first.")
    )
    includes_inactive = serializers.BooleanField(
        default=False, help_text=_("True to try inactive rules, too. It can't be applied then.")
    )


class PlacementOutput(serializers.Serializer[Any]):
    """Properties that rules set. Departments, priorities, tags and skills are IDs."""

    department = serializers.IntegerField(allow_null=True, help_text=_("The department."))
    level = serializers.CharField(help_text=_("The support level."))
    priority = serializers.IntegerField(help_text=_("The priority."))
    tags = serializers.ListField(child=serializers.IntegerField(), help_text=_("The tags."))
    skills = serializers.DictField(
        child=serializers.IntegerField(), help_text=_("The minimum levels, by skill.")
    )


class DryRunRowOutput(serializers.Serializer[Any]):
    """A ticket that the rules would change."""

    number = serializers.IntegerField(source="ticket.number", help_text=_("The ticket's number."))
    before = PlacementOutput(help_text=_("Current values."))
    after = PlacementOutput(help_text=_("What the rules set."))
    rules = serializers.ListField(
        child=serializers.CharField(), help_text=_("The names of the rules that apply.")
    )
    state = serializers.CharField(help_text=_("Empty, applied, changed, closed or failed."))


class DryRunLine(serializers.ModelSerializer[DryRun]):
    """A dry run without its table."""

    version = serializers.IntegerField(
        source="version.number", help_text=_("The version of the rules.")
    )

    class Meta:
        model = DryRun
        fields: ClassVar[tuple[str, ...]] = (
            "id", "version", "size", "includes_inactive", "state", "by_name", "made_at", "tried",
            "applied_by", "applied_at",
        )  # fmt: skip

        extra_kwargs: ClassVar[Extras] = {
            "size": {"help_text": _("How many tickets to try, newest first.")},
            "includes_inactive": {"help_text": _("True if inactive rules were tried, too.")},
            "state": {"help_text": _("running, done, outdated, applying or applied.")},
            "by_name": {"help_text": _("Who started it.")},
            "made_at": {"help_text": _("When it was started.")},
            "tried": {"help_text": _("How many tickets have been tried.")},
            "applied_by": {"help_text": _("Who applied it, or empty.")},
            "applied_at": {"help_text": _("When it was applied, or null.")},
        }


class DryRunOutput(DryRunLine):
    """A dry run and its table."""

    would_change = serializers.SerializerMethodField(
        help_text=_("How many open tickets would change.")
    )
    rows = serializers.SerializerMethodField(
        help_text=_(
            "The tickets that the rules would route differently. Closed ones stay as they are."
        )
    )

    class Meta(DryRunLine.Meta):
        fields: ClassVar[tuple[str, ...]] = (*DryRunLine.Meta.fields, "would_change", "rows")

    def get_would_change(self, run: DryRun) -> int:
        return run.rows.exclude(state__in=[RowState.CLOSED, RowState.FAILED]).count()

    @extend_schema_field(DryRunRowOutput(many=True))
    def get_rows(self, run: DryRun) -> list[dict[str, Any]]:
        rows = run.rows.select_related("ticket").order_by("-ticket_id")
        return list(DryRunRowOutput(rows, many=True).data)


class DryRunsView(RulesView):
    """Dry runs show tickets of all departments, so only desk admins see them."""

    serializer_class = DryRunOutput

    def get_run(self, run_id: int) -> DryRun:
        """Return the desk's dry run, for an admin. Raises Http404."""
        self.require_admin()
        runs = DryRun.objects.filter(desk=self.agent.desk_id).select_related("version")
        return get_row(runs, run_id)


class DryRunListView(DryRunsView):
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_dry_runs",
        summary=_("List dry runs of the routing rules"),
        description=_(
            "Returns the dry runs that are kept, newest first, 50 per page, without their tables. "
            "For desk admins."
        ),
        responses=DryRunLine(many=True),
    )
    def get(self, request: Request) -> Response:
        """List dry runs."""
        self.require_admin()
        runs = DryRun.objects.filter(desk=self.agent.desk_id).select_related("version")
        page: Any = self.paginate_queryset(runs)
        return self.get_paginated_response(DryRunLine(page, many=True).data)

    @extend_schema(
        operation_id="start_dry_run",
        summary=_("Start a dry run of the routing rules"),
        description=_(
            "Tries the rules on the latest tickets without changing them. Poll the dry run until "
            "its state is “done”. For desk admins."
        ),
        request=DryRunInput,
        responses={201: DryRunOutput},
    )
    def post(self, request: Request) -> Response:
        """Start a dry run."""
        self.require_admin()
        run = start_dry_run(
            desk=self.agent.desk,
            **read_input(DryRunInput, request.data),
            by_name=self.agent.name,
            at=timezone.now(),
        )
        return Response(DryRunOutput(run).data, status=201)


class DryRunView(DryRunsView):
    @extend_schema(
        operation_id="show_dry_run",
        summary=_("Show a dry run of the routing rules"),
        description=_("Returns a dry run with its table. For desk admins."),
    )
    def get(self, request: Request, run_id: int) -> Response:
        """Show a dry run."""
        return Response(DryRunOutput(self.get_run(run_id)).data)


class DryRunApplicationView(DryRunsView):
    @extend_schema(
        operation_id="apply_dry_run",
        summary=_("Apply a dry run of the routing rules"),
        description=_(
            "Changes the open tickets of its table as shown. Tickets that have changed since are "
            "left alone. Refused with 409 if the rules have changed. For desk admins."
        ),
        request=None,
        responses={202: DryRunOutput},
    )
    def post(self, request: Request, run_id: int) -> Response:
        """Apply a dry run."""
        run = self.get_run(run_id)
        apply_dry_run(dry_run=run, by=self.agent, at=timezone.now())
        return Response(DryRunOutput(self.get_run(run_id)).data, status=202)
