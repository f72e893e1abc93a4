"""The living summary of a ticket, and its business impact."""

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

from helpdesk.api.base import DeskView
from helpdesk.api.references import ReferenceField
from helpdesk.api.serializers import Extras, StrictSerializer, read_input
from tickets.actors import Actor
from tickets.models import SUMMARY_FIELDS, Impact, TicketSummary
from tickets.models.summaries import MAX_SUMMARY_LINE
from tickets.services import change_impact, save_summary
from tickets.services.summaries import list_summaries


def _make_line(name: str) -> serializers.CharField:
    field: Any = TicketSummary._meta.get_field(name)
    return serializers.CharField(
        max_length=MAX_SUMMARY_LINE,
        allow_blank=True,
        required=False,
        help_text=field.verbose_name,
    )


class SummaryInput(StrictSerializer):
    """A new version of a summary. Fields that are left out stay as they are."""

    version = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("The version that you have read, 0 for none. 409 if there is a newer one."),
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return super().get_fields() | {name: _make_line(name) for name in SUMMARY_FIELDS}


class SummaryOutput(serializers.ModelSerializer[TicketSummary]):
    """A version of a summary."""

    author = ReferenceField("agent", source="agent", help_text=_("The agent."))

    class Meta:
        model = TicketSummary
        fields = ("version", "author", "created_at", *SUMMARY_FIELDS)
        extra_kwargs: ClassVar[Extras] = {
            "version": {"help_text": _("Starts at 1.")},
            "problem": {"help_text": _("The problem in one line.")},
            "tried": {"help_text": _("What was tried so far.")},
            "next_step": {"help_text": _("What happens next.")},
            "blocker": {"help_text": _("What the next step waits for.")},
        }


class ImpactInput(StrictSerializer):
    """The impact on the customer's business."""

    impact = serializers.ChoiceField(
        Impact.choices, allow_blank=True, help_text=_("Empty if it isn't known.")
    )
    expected = serializers.ChoiceField(
        Impact.choices,
        allow_blank=True,
        required=False,
        help_text=_("The value that you read. 409 if it has changed since then."),
    )


class ImpactOutput(serializers.Serializer[Any]):
    """The impact on the customer's business."""

    impact = serializers.ChoiceField(
        Impact.choices, allow_blank=True, help_text=_("Empty if it isn't known.")
    )


class SummaryView(DeskView):
    serializer_class = SummaryOutput

    @extend_schema(
        operation_id="list_summaries",
        summary=_("Show the summary of a ticket"),
        description=_("Returns all versions of the ticket's summary, newest first. Internal."),
        responses={200: SummaryOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """Show the versions of the ticket's summary, newest first."""
        versions = list_summaries(self.get_ticket(number).pk)[::-1]
        return Response(SummaryOutput(versions, many=True).data)

    @extend_schema(
        operation_id="save_summary",
        summary=_("Save the summary of a ticket"),
        description=_("Adds a version to the ticket's summary if anything changed."),
        request=SummaryInput,
        responses={200: SummaryOutput},
    )
    def patch(self, request: Request, number: int) -> Response:
        """Add a version to the ticket's summary."""
        ticket = self.get_ticket(number)
        given = read_input(SummaryInput, request.data)
        expected = given.pop("version", None)
        summary = save_summary(
            ticket_id=ticket.pk,
            agent=self.agent,
            fields=given,
            at=timezone.now(),
            expected=expected,
        )
        if summary is None:
            raise ValidationError({"problem": [gettext("Enter at least one field.")]})
        return Response(SummaryOutput(summary).data)


class ImpactView(DeskView):
    serializer_class = ImpactOutput

    @extend_schema(
        operation_id="show_impact",
        summary=_("Show the business impact of a ticket"),
        description=_("Returns the business impact that an agent entered."),
    )
    def get(self, request: Request, number: int) -> Response:
        """Show the business impact of a ticket."""
        return Response({"impact": self.get_ticket(number).impact})

    @extend_schema(
        operation_id="set_impact",
        summary=_("Set the business impact of a ticket"),
        description=_("Sets the impact on the customer's business. For agents only."),
        request=ImpactInput,
        responses={200: ImpactOutput},
    )
    def put(self, request: Request, number: int) -> Response:
        """Set the business impact of a ticket."""
        ticket = self.get_ticket(number)
        given = read_input(ImpactInput, request.data)
        changed = change_impact(
            ticket_id=ticket.pk,
            by=Actor.of(self.agent),
            at=timezone.now(),
            **given,
        )
        return Response({"impact": changed.impact})
