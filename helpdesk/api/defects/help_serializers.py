"""Requests for help and attention, and escalated accounts, as the API reads and writes them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Agent
from helpdesk.api.defects.fields import make_number, make_text, name_fields
from helpdesk.api.pagination import MAX_ID
from helpdesk.api.references import AgentField, ReferenceField, RowField
from helpdesk.api.serializers import Extras, StrictSerializer
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.help_requests.answering import OUTCOMES
from tickets.models import (
    MAX_CADENCE_HOURS,
    AccountEscalation,
    AttentionRequest,
    EngineeringGroup,
    EscalationUpdate,
    HelpRequest,
    Urgency,
)


def make_long(help_text: Any) -> serializers.CharField:
    """Return a required text field."""
    return serializers.CharField(max_length=MAX_TEXT_LENGTH, help_text=help_text)


class QuestionInput(StrictSerializer):
    """A question to an engineering group."""

    group = RowField(
        queryset=EngineeringGroup.objects.all(), help_text=_("The group, by id or name.")
    )
    question = make_long(_("The question, for agents only."))
    defect = make_text(_("The key of the defect that it's about, such as RC-D12."), limit=40)


class AnswerInput(StrictSerializer):
    """The end of a request for help."""

    outcome = serializers.ChoiceField(
        [(outcome.value, outcome.label) for outcome in OUTCOMES], help_text=_("How it ends.")
    )
    text = make_text(_("The answer, which becomes an internal note on the ticket."))
    url = serializers.URLField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text=_("The changed documentation, for “documented”."),
    )
    defect = make_text(_("The key of the defect that is linked, for “defect”."), limit=40)
    title = make_text(_("The title of a new defect, instead of a key."), limit=200)


class ReasonInput(StrictSerializer):
    """A reason."""

    why = make_long(_("The reason, for agents only."))


class HelpRequestOutput(serializers.ModelSerializer[HelpRequest]):
    """A question about a ticket to an engineering group."""

    ticket = ReferenceField("ticket", help_text=_("The ticket."))
    group = ReferenceField("engineering_group", help_text=_("The group."))
    asked_by = ReferenceField("agent", help_text=_("Who asked."))
    ended_by = ReferenceField("agent", help_text=_("Who answered or withdrew it."))
    defect = ReferenceField("defect", help_text=_("The defect that it's about or led to."))

    class Meta:
        model = HelpRequest
        fields = (
            "id",
            "ticket",
            "group",
            "question",
            "asked_by",
            "asked_at",
            "due_at",
            "state",
            "answer",
            "url",
            "defect",
            "ended_by",
            "ended_at",
        )
        extra_kwargs: ClassVar[Extras] = name_fields(
            HelpRequest, fields, answer=_("The answer, or why it was withdrawn.")
        )


class AttentionInput(StrictSerializer):
    """A request for attention on a ticket or an account."""

    ticket = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_ID, help_text=_("The number of the ticket.")
    )
    account = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_ID,
        help_text=_("The id of the account, if it's about the account as a whole."),
    )
    urgency = serializers.ChoiceField(Urgency.choices, help_text=_("How soon it's needed."))
    why = make_long(_("The reason, for agents only."))


class AttentionDecision(StrictSerializer):
    """A lead's decision."""

    is_accepted = serializers.BooleanField(help_text=_("False declines the request."))
    why = serializers.CharField(
        max_length=MAX_TEXT_LENGTH,
        allow_blank=True,
        default="",
        help_text=_("Needed to decline. The person who asked can read it."),
    )


class AttentionOutput(serializers.ModelSerializer[AttentionRequest]):
    """A request for attention."""

    ticket = ReferenceField(
        "ticket", help_text=_("The ticket; null if it's about the account as a whole.")
    )
    account = ReferenceField("account", help_text=_("The account, or null."))
    asked_by = ReferenceField("agent", help_text=_("Who asked."))
    decided_by = ReferenceField("agent", help_text=_("Who decided."))

    class Meta:
        model = AttentionRequest
        fields = (
            "id",
            "ticket",
            "account",
            "urgency",
            "why",
            "asked_by",
            "asked_at",
            "state",
            "decided_by",
            "decided_at",
            "decision",
        )
        extra_kwargs: ClassVar[Extras] = name_fields(AttentionRequest, fields)


class AccountEscalationInput(StrictSerializer):
    """Lead, exit criteria and pace of an escalated account."""

    why = make_text(_("Why the account is escalated. Needed at the start, and ignored later."))
    lead = AgentField(
        queryset=Agent.objects.filter(is_active=True),
        help_text=_("The lead, by id or email address."),
    )
    exit_criteria = make_long(_("What must be true for the escalation to end."))
    cadence_hours = serializers.IntegerField(
        min_value=1, max_value=MAX_CADENCE_HOURS, help_text=_("Hours between updates.")
    )


class UpdateInput(StrictSerializer):
    """An update by the lead of an escalated account."""

    text = make_long(_("The update, for agents only."))


class EscalationUpdateOutput(serializers.ModelSerializer[EscalationUpdate]):
    """An update about an escalated account."""

    agent = ReferenceField("agent", help_text=_("Who wrote it."))

    class Meta:
        model = EscalationUpdate
        fields = ("id", "agent", "text", "at")
        extra_kwargs: ClassVar[Extras] = name_fields(EscalationUpdate, fields)


class AccountEscalationOutput(serializers.ModelSerializer[AccountEscalation]):
    """The running escalation of an account."""

    account = ReferenceField("account", help_text=_("The account."))
    lead = ReferenceField("agent", help_text=_("The lead."))

    class Meta:
        model = AccountEscalation
        fields = (
            "id",
            "account",
            "lead",
            "why",
            "exit_criteria",
            "cadence_hours",
            "next_update_at",
            "started_at",
        )
        extra_kwargs: ClassVar[Extras] = name_fields(AccountEscalation, fields)


class GroupSerializer(StrictSerializer):
    """A named group of engineers that agents can ask for help."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=60, help_text=_("The group's name."))
    response_minutes = serializers.IntegerField(
        min_value=1, max_value=60 * 24 * 60, default=480, help_text=_("The response target.")
    )
    starts_at = serializers.TimeField(
        allow_null=True,
        default=None,
        help_text=_("The start of the working day that the target runs in; null: always."),
    )
    ends_at = serializers.TimeField(
        allow_null=True, default=None, help_text=_("The end of that working day, or null.")
    )
    is_active = serializers.BooleanField(
        default=True, help_text=_("True if agents can ask this group.")
    )
    member_ids = serializers.ListField(
        child=make_number(_("The id of an agent.")),
        max_length=500,
        default=list,
        help_text=_("The ids of the members."),
    )
