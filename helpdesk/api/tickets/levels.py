"""Levels: escalation, giving back, and the troubleshooting record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Level
from helpdesk.agent.levels.forms import MAX_WHY
from helpdesk.api.base import DeskView
from helpdesk.api.references import ReferenceField
from helpdesk.api.serializers import Extras, StrictSerializer, read_input
from helpdesk.api.tickets.serializers import TicketOutput
from helpdesk.api.tickets.showing import TicketChangeView
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.actors import Actor
from tickets.errors import IncompleteRecordError
from tickets.models import RECORD_FIELDS, EscalationCause, Ticket, TroubleshootingRecord
from tickets.models.troubleshooting import MAX_LINE, Frequency, YesOrNo
from tickets.services import Gathered, escalate, give_back, save_record
from tickets.services.troubleshooting import get_record_fields, list_versions

CHOICES = {"frequency": Frequency, "worked_before": YesOrNo, "reproduced": YesOrNo}
LONG = {"problem", "changes", "steps", "workarounds"}


def _make_field(name: str) -> serializers.Field[Any, Any, Any, Any]:
    field: Any = TroubleshootingRecord._meta.get_field(name)
    common: dict[str, Any] = {"required": False, "help_text": field.verbose_name}
    if name in CHOICES:
        return serializers.ChoiceField(CHOICES[name].choices, allow_blank=True, **common)
    limit = MAX_TEXT_LENGTH if name in LONG else MAX_LINE
    return serializers.CharField(max_length=limit, allow_blank=True, **common)


class RecordFields(StrictSerializer):
    """The fields of a troubleshooting record. Fields that are left out stay as they are."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return super().get_fields() | {name: _make_field(name) for name in RECORD_FIELDS}


class RecordInput(RecordFields):
    """A new version of a troubleshooting record. Fields that are left out stay as they are."""

    version = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("The version that you have read, 0 for none. 409 if there is a newer one."),
    )


class RecordOutput(serializers.ModelSerializer[TroubleshootingRecord]):
    """A version of a troubleshooting record."""

    author = ReferenceField("agent", source="agent", help_text=_("The agent."))
    fields_of_record = serializers.SerializerMethodField(
        help_text=_("What was gathered, by field; empty texts where nothing is known.")
    )

    class Meta:
        model = TroubleshootingRecord
        fields = ("version", "author", "created_at", "fields_of_record")
        extra_kwargs: ClassVar[Extras] = {"version": {"help_text": _("Starts at 1.")}}

    def get_fields_of_record(self, record: TroubleshootingRecord) -> dict[str, str]:
        return get_record_fields(record)


class EscalationInput(StrictSerializer):
    """An escalation to the next level."""

    level = serializers.ChoiceField(
        Level.choices,
        required=False,
        default="",
        help_text=_("The level that you have read. 409 if the ticket has another one by now."),
    )
    cause = serializers.ChoiceField(
        EscalationCause.choices, help_text=_("Why the ticket is escalated.")
    )
    why = serializers.CharField(
        max_length=MAX_WHY, help_text=_("What the next level needs to know, for agents only.")
    )
    record = RecordFields(
        required=False, help_text=_("What was gathered. It is saved as a new version.")
    )
    incomplete = serializers.CharField(
        max_length=MAX_WHY,
        required=False,
        default="",
        help_text=_(
            "Why a defect is escalated with an incomplete record. Without it, a 400 names what is"
            " missing."
        ),
    )


class ReturnInput(StrictSerializer):
    """A ticket that goes back to a lower level."""

    level = serializers.ChoiceField(
        Level.choices,
        required=False,
        default="",
        help_text=_("The lower level. If it's left out, the nearest one."),
    )
    why = serializers.CharField(max_length=MAX_WHY, help_text=_("The reason, for agents only."))


class EscalationView(TicketChangeView):
    @extend_schema(
        operation_id="escalate_ticket",
        summary=_("Escalate a ticket"),
        description=_(
            "Moves the ticket to the next level and assigns it there. The customer is told in the "
            "desk's own words. 409 if there is no further level."
        ),
        request=EscalationInput,
        responses={200: TicketOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Escalate the ticket."""
        ticket = self.get_ticket(number)
        self._escalate(ticket, read_input(EscalationInput, request.data))
        return self.show(ticket)

    def _escalate(self, ticket: Ticket, given: dict[str, Any]) -> None:
        record = given.get("record", {})
        try:
            escalate(
                ticket_id=ticket.pk,
                by=Actor.of(self.agent),
                at=timezone.now(),
                why=given["why"],
                cause=given["cause"],
                gathered=Gathered(self.agent, record, incomplete=given["incomplete"]),
                expected=given["level"],
            )
        except IncompleteRecordError as error:
            text = gettext("Fill this in for a defect, or say in “incomplete” why it's missing.")
            raise ValidationError({"record": {name: [text] for name in error.missing}}) from error


class ReturnView(TicketChangeView):
    @extend_schema(
        operation_id="give_ticket_back",
        summary=_("Give a ticket back"),
        description=_(
            "Moves the ticket back to a lower level and assigns it to the agent who had it there. "
            "409 if there is no such level."
        ),
        request=ReturnInput,
        responses={200: TicketOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Give the ticket back to a lower level."""
        ticket = self.get_ticket(number)
        given = read_input(ReturnInput, request.data)
        by = Actor.of(self.agent)
        give_back(ticket_id=ticket.pk, by=by, at=timezone.now(), **given)
        return self.show(ticket)


class TroubleshootingView(DeskView):
    serializer_class = RecordOutput

    @extend_schema(
        operation_id="list_troubleshooting",
        summary=_("Show the troubleshooting record"),
        description=_("Returns all versions of the ticket's record, newest first. Internal."),
        responses={200: RecordOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """Show the versions of the ticket's record, newest first."""
        versions = list_versions(self.get_ticket(number).pk)[::-1]
        return Response(RecordOutput(versions, many=True).data)

    @extend_schema(
        operation_id="save_troubleshooting",
        summary=_("Save the troubleshooting record"),
        description=_("Adds a version to the ticket's record if anything changed."),
        request=RecordInput,
        responses={200: RecordOutput},
    )
    def patch(self, request: Request, number: int) -> Response:
        """Add a version to the ticket's record."""
        ticket = self.get_ticket(number)
        given = read_input(RecordInput, request.data)
        expected = given.pop("version", None)
        record = save_record(
            ticket_id=ticket.pk,
            agent=self.agent,
            fields=given,
            at=timezone.now(),
            expected=expected,
        )
        if record is None:
            raise ValidationError({"problem": [gettext("Enter at least one field.")]})
        return Response(RecordOutput(record).data)
