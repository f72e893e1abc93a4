"""Emergencies on tickets: reporting one for a customer, and deciding about it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.customers.refusals import describe_refusal
from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import run_once
from helpdesk.api.references import PersonField, ReferenceField
from helpdesk.api.serializers import Extras, NameField, StrictSerializer, read_input
from helpdesk.api.tickets.serializers import MessageOutput
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.models import Emergency, EmergencyState, Message, Priority
from tickets.rules.emergencies import OUTCOMES
from tickets.services import EmergencyReport, decide_emergency, report_emergency


class EmergencyInput(StrictSerializer):
    """An emergency that an agent or a program reports for a customer."""

    impact = serializers.CharField(
        max_length=MAX_TEXT_LENGTH, help_text=_("The impact on the customer's business.")
    )
    reachable = serializers.CharField(
        max_length=200, required=False, default="", help_text=_("Who can be reached now.")
    )
    phone = serializers.CharField(
        max_length=40, required=False, default="", help_text=_("Their phone number.")
    )


class DecisionInput(StrictSerializer):
    """The outcome of an emergency."""

    outcome = serializers.ChoiceField(
        [(outcome.value, outcome.label) for outcome in OUTCOMES],
        help_text=_(
            "“accepted” only if the plan covers the emergency, “courtesy” only if it doesn't."
        ),
    )
    text = serializers.CharField(
        max_length=MAX_TEXT_LENGTH, help_text=_("What the customer reads, as a public reply.")
    )
    priority = NameField(
        "name",
        queryset=Priority.objects.filter(is_retired=False),
        required=False,
        help_text=_("The name of the lower priority, for “downgraded”."),
    )


class EmergencyOutput(serializers.ModelSerializer[Emergency]):
    """An emergency on a ticket."""

    state = serializers.ChoiceField(EmergencyState.choices, help_text=_("Its current state."))
    reporter = PersonField(
        source="contact", help_text=_("The customer who reported it, or null if an agent did.")
    )
    decided_by = ReferenceField("agent", help_text=_("The agent who decided, or null."))
    not_covered = serializers.SerializerMethodField(
        help_text=_("Why the plan doesn't cover the emergency; empty if it does.")
    )

    class Meta:
        model = Emergency
        fields = (
            "id",
            "state",
            "impact",
            "reachable",
            "phone",
            "reporter",
            "not_covered",
            "reported_at",
            "decided_at",
            "decided_by",
        )
        extra_kwargs: ClassVar[Extras] = {
            "impact": {"help_text": _("The impact on the customer's business.")},
            "reachable": {"help_text": _("Who can be reached now.")},
            "phone": {"help_text": _("Their phone number.")},
            "reported_at": {"help_text": _("When it was reported.")},
            "decided_at": {"help_text": _("When it was decided about, or null.")},
        }

    def get_not_covered(self, emergency: Emergency) -> str:
        return describe_refusal(emergency.refusal)


class EmergencyView(DeskView):
    serializer_class = EmergencyOutput

    @extend_schema(
        operation_id="show_emergency",
        summary=_("Show the emergency of a ticket"),
        description=_("Returns the last emergency that was reported on the ticket. 404 if none."),
    )
    def get(self, request: Request, number: int) -> Response:
        """Show the last emergency of the ticket."""
        found = Emergency.objects.filter(ticket=self.get_ticket(number))
        emergency = found.select_related("contact", "decided_by").order_by("-pk").first()
        if emergency is None:
            raise Http404
        return Response(EmergencyOutput(emergency).data)

    @extend_schema(
        operation_id="report_emergency",
        summary=_("Report an emergency"),
        description=_(
            "Marks the ticket as an emergency, alerts leads and whoever is on call, and promises "
            "the customer a decision. 409 if one is undecided already."
        ),
        request=EmergencyInput,
        responses={201: EmergencyOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Report an emergency on the ticket."""
        ticket = self.get_ticket(number)
        report = EmergencyReport(**read_input(EmergencyInput, request.data))
        emergency = report_emergency(
            ticket_id=ticket.pk, by=self.agent, report=report, at=timezone.now()
        )
        return Response(EmergencyOutput(emergency).data, status=201)


class EmergencyDecisionView(DeskView):
    serializer_class = MessageOutput

    @extend_schema(
        operation_id="decide_emergency",
        summary=_("Decide about an emergency"),
        description=_(
            "Sends the customer a public reply with the outcome, and promises the next update. 409 "
            "if there is nothing to decide."
        ),
        request=DecisionInput,
        responses={201: MessageOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Decide about the ticket's emergency."""
        ticket = self.get_ticket(number)
        given = read_input(DecisionInput, request.data)
        by: dict[str, Any] = {"agent": self.agent, "at": timezone.now()}
        message = run_once(
            request,
            lambda: decide_emergency(ticket_id=ticket.pk, **by, **given),
            visible=Message.objects.filter(ticket=ticket),
        )
        return Response(MessageOutput(message).data, status=201)
