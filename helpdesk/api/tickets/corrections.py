"""Changes of a ticket's properties, several at once. Its people are in people.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Account, Agent, Department, Product, ProductLine
from helpdesk.api.references import AgentField, RowField
from helpdesk.api.tickets.fields import TicketFields
from tickets.actors import Actor
from tickets.fields.setting import set_field_values
from tickets.models import Impact, Priority, Tag, Ticket
from tickets.services import (
    assign,
    change_account,
    change_department,
    change_impact,
    change_priority,
    change_product,
    change_product_line,
    change_subject,
    set_tags,
)
from tickets.services.corrections import MAX_SUBJECT

MAX_TAGS = 50
Change = Callable[..., object]


class TicketPatch(TicketFields):
    """Properties of a ticket. What is left out stays as it is."""

    subject = serializers.CharField(
        max_length=MAX_SUBJECT, required=False, help_text=_("One line.")
    )
    department = RowField(
        queryset=Department.objects.all(),
        required=False,
        help_text=_("The department to move the ticket to, by id or name."),
    )
    account = RowField(
        queryset=Account.objects.all(),
        required=False,
        allow_null=True,
        help_text=_("The account by id or name, or null for none."),
    )
    priority = RowField(
        queryset=Priority.objects.filter(is_retired=False),
        required=False,
        help_text=_("The priority by id or name."),
    )
    product = RowField(
        queryset=Product.objects.all(),
        required=False,
        allow_null=True,
        help_text=_("The product by id or name, or null for none."),
    )
    product_line = RowField(
        queryset=ProductLine.objects.all(),
        required=False,
        allow_null=True,
        help_text=_("The product line by id or name, or null for the account's own."),
    )
    assignee = AgentField(
        queryset=Agent.objects.filter(is_active=True),
        required=False,
        allow_null=True,
        help_text=_("An active agent by id or email address, or null to unassign the ticket."),
    )
    impact = serializers.ChoiceField(
        Impact.choices,
        required=False,
        allow_blank=True,
        help_text=_("The impact on the customer's business, or empty."),
    )
    tags = serializers.ListField(
        child=RowField(queryset=Tag.objects.all()),
        max_length=MAX_TAGS,
        required=False,
        help_text=_("All tags that the ticket has from now on, by id or name."),
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        found = super().get_fields()
        found["fields"].required = False
        return found


# In the order of their effects: a move to a department can change the assignee.
SERVICES: dict[str, tuple[Change, str]] = {
    "subject": (change_subject, "subject"),
    "account": (change_account, "account"),
    "priority": (change_priority, "priority"),
    "product": (change_product, "product"),
    "product_line": (change_product_line, "line"),
    "impact": (change_impact, "impact"),
    "fields": (set_field_values, "values"),
    "tags": (set_tags, "tags"),
    "department": (change_department, "department"),
    "assignee": (assign, "agent"),
}


@transaction.atomic
def change_ticket(ticket: Ticket, given: dict[str, Any], *, agent: Agent, at: datetime) -> None:
    """Make all changes, or none if one is refused. Raises ServiceError."""
    for name, (service, argument) in SERVICES.items():
        if name in given:
            by = Actor.of(agent)
            service(ticket_id=ticket.pk, by=by, at=at, **{argument: given[name]})
