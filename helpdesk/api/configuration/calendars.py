"""Calendars: list, add, replace, and switch imported holidays."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit import record_audit
from accounts.models import AuditAction, Role
from helpdesk.api.base import DeskView
from helpdesk.api.configuration.calendar_serializers import CalendarSerializer, describe_calendar
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import StrictSerializer, read_input
from sla.calendar_editing import save_calendar, switch_holiday
from sla.models import HOURS_PARTS, Calendar, Holiday, ReplanScope


class CalendarsView(DeskView):
    """Calendars are read by all agents, and written by desk admins."""

    serializer_class: Any = CalendarSerializer

    def list_calendars(self) -> QuerySet[Calendar]:
        """Return the desk's calendars by name."""
        calendars = Calendar.objects.filter(desk=self.agent.desk_id)
        return calendars.prefetch_related(*HOURS_PARTS, "holiday_sources")

    def get_calendar(self, calendar_id: int) -> Calendar:
        """Return the desk's calendar. Raises Http404."""
        return get_row(self.list_calendars(), calendar_id)

    def require_admin(self) -> None:
        """Raise PermissionDenied unless the agent is an admin of the desk."""
        if self.agent.role != Role.ADMIN:
            raise PermissionDenied(_("Only desk admins can change calendars."))

    def save(self, request: Request, calendar: Calendar | None = None) -> dict[str, Any]:
        """Save the posted calendar, and return it as it is stored."""
        self.require_admin()
        serializer = CalendarSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        saved = save_calendar(
            desk=self.agent.desk,
            content=serializer.get_content(),
            by=self.agent.name,
            scope=ReplanScope(serializer.validated_data["applies_to"]),
            at=timezone.now(),
            calendar=calendar,
        )
        self.record(AuditAction.CHANGED if calendar else AuditAction.ADDED, saved)
        return self.describe(self.get_calendar(saved.pk))

    def record(self, action: AuditAction, calendar: Calendar) -> None:
        """Write a change to the desk's audit log."""
        record_audit(desk=self.agent.desk, by=self.agent, action=action, about=calendar)

    def describe(self, calendar: Calendar) -> dict[str, Any]:
        """Return a calendar as the API shows it."""
        return describe_calendar(calendar, timezone.localdate())


class CalendarListView(CalendarsView):
    @extend_schema(
        operation_id="list_calendars",
        summary=_("List calendars"),
        description=_("Returns the business hours and holidays of this desk by name."),
        responses=CalendarSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the desk's calendars."""
        return Response([self.describe(calendar) for calendar in self.list_calendars()])

    @extend_schema(
        operation_id="add_calendar",
        summary=_("Add a calendar"),
        description=_("Adds a calendar, which SLA targets can then use. For desk admins."),
        responses={201: CalendarSerializer},
    )
    def post(self, request: Request) -> Response:
        """Add a calendar."""
        return Response(self.save(request), status=201)


class CalendarView(CalendarsView):
    @extend_schema(
        operation_id="show_calendar",
        summary=_("Show a calendar"),
        description=_("Returns a calendar with its hours, exceptions and coming holidays."),
    )
    def get(self, request: Request, calendar_id: int) -> Response:
        """Show a calendar."""
        return Response(self.describe(self.get_calendar(calendar_id)))

    @extend_schema(
        operation_id="replace_calendar",
        summary=_("Replace a calendar"),
        description=_(
            "Replaces a calendar with everything in it. In a source that stays, holidays that are "
            "switched off stay off. Open tickets follow unless you say otherwise. For desk admins."
        ),
    )
    def put(self, request: Request, calendar_id: int) -> Response:
        """Replace a calendar."""
        return Response(self.save(request, self.get_calendar(calendar_id)))


class SwitchInput(StrictSerializer):
    """A switch that closes or opens a calendar on a holiday."""

    is_active = serializers.BooleanField(help_text=_("True to close the calendar on this date."))
    applies_to = serializers.ChoiceField(
        choices=ReplanScope.choices,
        default=ReplanScope.OPEN,
        help_text=_("Whether a change applies to new tickets only, or to open tickets as well."),
    )


class HolidayView(CalendarsView):
    serializer_class = SwitchInput

    @extend_schema(
        operation_id="switch_holiday",
        summary=_("Switch a holiday on or off"),
        description=_("Closes or opens a calendar on a holiday of a source. For desk admins."),
        request=SwitchInput,
        responses=CalendarSerializer,
    )
    def put(self, request: Request, calendar_id: int, holiday_id: int) -> Response:
        """Switch an imported holiday on or off."""
        calendar = self.get_calendar(calendar_id)
        self.require_admin()
        imported = Holiday.objects.filter(calendar=calendar, source__isnull=False)
        holiday = get_row(imported, holiday_id)
        given = read_input(SwitchInput, request.data)
        switch_holiday(
            holiday=holiday,
            is_active=given["is_active"],
            by=self.agent.name,
            scope=ReplanScope(given["applies_to"]),
            at=timezone.now(),
        )
        self.record(AuditAction.CHANGED, calendar)
        return Response(self.describe(self.get_calendar(calendar_id)))
