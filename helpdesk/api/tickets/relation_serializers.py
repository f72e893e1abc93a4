"""Relations between tickets as the API reads and writes them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from helpdesk.agent.relations.sql import Relation
from helpdesk.agent.views.relations.links import KINDS
from helpdesk.api.references import MAX_ID, Reference, TicketField
from helpdesk.api.serializers import StrictSerializer
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.access import tickets_for_agent
from tickets.models import Ticket

MAX_SUBJECT = 250


class OtherTicketInput(StrictSerializer):
    """An input that names another ticket that the agent may see."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        agent = self.context.get("agent")
        seen = tickets_for_agent(agent) if agent else Ticket.objects.none()
        found = super().get_fields()
        for field in found.values():
            if isinstance(field, TicketField):
                field.queryset = seen.select_related("desk")  # type: ignore[arg-type]  # stubs take a manager
        return found


class TicketLinkInput(OtherTicketInput):
    """A link to another ticket."""

    kind = serializers.ChoiceField(
        list(KINDS),
        help_text=_(
            "What this ticket is: “related” to the other one, part of the “problem” in it, the "
            "problem behind it as an “incident”, or its “duplicate”."
        ),
    )
    other = TicketField(queryset=Ticket.objects.none(), help_text=_("The other ticket's number."))


class RelatedOutput(serializers.Serializer[Any]):
    """Another ticket, and what it is to this one."""

    relation = serializers.ChoiceField(
        [relation.value for relation in Relation], help_text=_("What the other ticket is.")
    )
    link_id = serializers.IntegerField(
        allow_null=True,
        help_text=_("The id of the link, for removing it. Null for merges, splits and follow-ups."),
    )
    ticket = Reference(help_text=_("The other ticket."))
    subject = serializers.CharField(help_text=_("Its subject."))
    status = serializers.CharField(help_text=_("Its status."))


class TicketMergeInput(OtherTicketInput):
    """A merge into another ticket."""

    into = TicketField(
        queryset=Ticket.objects.none(), help_text=_("The number of the ticket to merge into.")
    )
    text = serializers.CharField(
        max_length=MAX_TEXT_LENGTH,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("A message to the requester of this ticket. Empty for none."),
    )
    across_accounts = serializers.BooleanField(
        required=False, default=False, help_text=_("Allow merging tickets of different accounts.")
    )


class SplitInput(StrictSerializer):
    """A message that is about something else."""

    message = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, help_text=_("The id of a customer's message.")
    )
    with_later = serializers.BooleanField(
        required=False, default=False, help_text=_("Include all later messages.")
    )
    subject = serializers.CharField(
        max_length=MAX_SUBJECT, help_text=_("The subject of the new ticket.")
    )


class FollowUpInput(StrictSerializer):
    """A new ticket for the same requester."""

    subject = serializers.CharField(max_length=MAX_SUBJECT, help_text=_("One line."))
    text = serializers.CharField(max_length=MAX_TEXT_LENGTH, help_text=_("The first message."))


class SpamInput(StrictSerializer):
    """What else to do with spam."""

    block = serializers.ChoiceField(
        ["", "sender", "domain"],
        required=False,
        default="",
        help_text=_(
            "Blocks the sender's address, or everyone at its domain (admins only). Email from a "
            "blocked sender goes to quarantine."
        ),
    )
