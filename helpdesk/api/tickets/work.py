"""An agent's own work on a ticket: snoozed for a while, and the time spent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.idempotency import run_once
from helpdesk.api.references import ReferenceField
from helpdesk.api.serializers import Extras, StrictSerializer
from helpdesk.api.tickets.showing import TicketChangeView
from tickets.models import Ticket, TimeEntry
from tickets.work.snoozing import list_snoozed, snooze_ticket, wake_ticket
from tickets.work.time_spent import (
    MAX_MINUTES,
    MAX_NOTE,
    Spent,
    correct_time,
    log_time,
    require_correctable,
)


class SnoozeInput(StrictSerializer):
    """How long a ticket stays out of your lists."""

    until = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("When it comes back, or null: when the customer replies."),
    )


class SnoozeOutput(serializers.Serializer[Any]):
    """Your snooze of a ticket."""

    is_snoozed = serializers.BooleanField(help_text=_("True if it's out of your lists."))
    until = serializers.DateTimeField(
        allow_null=True, help_text=_("When it comes back; null until the customer replies.")
    )


class TimeInput(StrictSerializer):
    """Working time that was spent on a ticket."""

    minutes = serializers.IntegerField(
        min_value=1, max_value=MAX_MINUTES, help_text=_("The time in minutes.")
    )
    note = serializers.CharField(
        max_length=MAX_NOTE,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("What it was spent on, for agents only."),
    )
    is_billable = serializers.BooleanField(
        required=False, default=False, help_text=_("True if the customer is billed for it.")
    )


class TimeOutput(serializers.ModelSerializer[TimeEntry]):
    """An entry of working time."""

    agent = ReferenceField("agent", help_text=_("Who spent it."))

    class Meta:
        model = TimeEntry
        fields = ("id", "agent", "minutes", "note", "is_billable", "created_at")
        extra_kwargs: ClassVar[Extras] = {
            "minutes": {"help_text": _("The time in minutes.")},
            "note": {"help_text": _("What it was spent on.")},
            "is_billable": {"help_text": _("True if the customer is billed for it.")},
        }


class SnoozeView(TicketChangeView):
    serializer_class = SnoozeOutput

    @extend_schema(
        operation_id="show_snooze",
        summary=_("Show your snooze of a ticket"),
        description=_("Returns whether you snoozed the ticket, and until when."),
    )
    def get(self, request: Request, number: int) -> Response:
        """Show one's own snooze."""
        return self._show(self.get_ticket(number))

    @extend_schema(
        operation_id="snooze_ticket",
        summary=_("Snooze a ticket"),
        description=_(
            "Takes the ticket out of your own lists for a while. Its clocks keep running."
        ),
        request=SnoozeInput,
        responses={200: SnoozeOutput},
    )
    def put(self, request: Request, number: int) -> Response:
        """Snooze the ticket."""
        ticket = self.get_ticket(number)
        until = self.read(SnoozeInput, request)["until"]
        snooze_ticket(ticket_id=ticket.pk, agent=self.agent, until=until, at=timezone.now())
        return self._show(ticket)

    @extend_schema(
        operation_id="wake_ticket",
        summary=_("End your snooze of a ticket"),
        description=_("Shows the ticket in your lists again. Nothing changes if it isn't snoozed."),
        request=None,
        responses={200: SnoozeOutput},
    )
    def delete(self, request: Request, number: int) -> Response:
        """End one's own snooze."""
        ticket = self.get_ticket(number)
        wake_ticket(ticket_id=ticket.pk, agent=self.agent, at=timezone.now())
        return self._show(ticket)

    def _show(self, ticket: Ticket) -> Response:
        mine = list_snoozed(self.agent, at=timezone.now()).filter(ticket=ticket).first()
        found = {"is_snoozed": mine is not None, "until": mine.until if mine else None}
        return Response(SnoozeOutput(found).data)


class TimeListView(TicketChangeView):
    serializer_class = TimeOutput

    @extend_schema(
        operation_id="list_time_entries",
        summary=_("List the time spent on a ticket"),
        description=_("Returns the ticket's time entries, oldest first."),
        responses={200: TimeOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the time spent."""
        entries = TimeEntry.objects.filter(ticket=self.get_ticket(number)).select_related("agent")
        return Response(TimeOutput(entries.order_by("pk"), many=True).data)

    @extend_schema(
        operation_id="log_time",
        summary=_("Log time spent on a ticket"),
        description=_("Logs your time on the ticket, open or closed."),
        request=TimeInput,
        responses={201: TimeOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Log time spent."""
        ticket, at = self.get_ticket(number), timezone.now()
        spent = Spent(**self.read(TimeInput, request))
        entry = run_once(
            request,
            lambda: log_time(ticket_id=ticket.pk, agent=self.agent, spent=spent, at=at),
            visible=TimeEntry.objects.filter(ticket=ticket).select_related("agent"),
        )
        return Response(TimeOutput(entry).data, status=201)


class TimeEntryView(TicketChangeView):
    @extend_schema(
        operation_id="correct_time",
        summary=_("Change a time entry"),
        description=_("Replaces an entry of your own, on the day that you logged it."),
        request=TimeInput,
        responses={200: TimeOutput},
    )
    def put(self, request: Request, number: int, entry_id: int) -> Response:
        """Replace an entry of time."""
        entry, spent = self._get(number, entry_id), Spent(**self.read(TimeInput, request))
        correct_time(entry_id=entry.pk, agent=self.agent, spent=spent, at=timezone.now())
        entry.refresh_from_db()
        return Response(TimeOutput(entry).data)

    @extend_schema(
        operation_id="remove_time",
        summary=_("Remove a time entry"),
        description=_("Removes an entry of your own, on the day that you logged it."),
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, number: int, entry_id: int) -> Response:
        """Remove an entry of time."""
        entry = self._get(number, entry_id)
        correct_time(entry_id=entry.pk, agent=self.agent, spent=None, at=timezone.now())
        return Response(status=204)

    def _get(self, number: int, entry_id: int) -> TimeEntry:
        entries = TimeEntry.objects.filter(ticket=self.get_ticket(number), pk=entry_id)
        entry = entries.select_related("agent").first()
        if entry is None:
            raise Http404
        require_correctable(entry, self.agent, desk=self.agent.desk, at=timezone.now())
        return entry
