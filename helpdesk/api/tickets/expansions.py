"""Parameters that choose what a list of tickets shows of each: ``fields`` and ``expand``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import serializers

from accounts.models import Account, Agent, Contact
from helpdesk.api.contract.shaping import read_names
from helpdesk.api.references import refer
from helpdesk.api.tickets.listed import ListedTicket
from helpdesk.api.tickets.serializers import TicketOutput
from tickets.models import TicketTag

TAGS = "tags"
MORE = ("contact", "account", "assignee")
EXPANDABLE = (*MORE, TAGS)

FIELDS = OpenApiParameter(
    "fields",
    str,
    description=_("Names of the only fields to return of each ticket, separated by commas."),
)
EXPAND = OpenApiParameter(
    "expand",
    str,
    description=_(
        "What to return more of, separated by commas: “contact” (language, role and account), "
        "“account” (plan), “assignee” (email address and level), and “tags”."
    ),
)


class PartialTicket(serializers.Serializer[Any]):
    """A ticket with the chosen fields only."""

    number = serializers.IntegerField(required=False, help_text=_("The ticket's number."))


LISTED = PolymorphicProxySerializer(
    component_name="ListedTicket",
    serializers=[TicketOutput, PartialTicket],
    resource_type_field_name=None,
    many=True,
)
Rows = Sequence[ListedTicket]


def describe_tickets(tickets: Rows, given: QueryDict) -> list[dict[str, Any]]:
    """Return the tickets as the parameters want them. Each expansion costs one statement.

    Raises ParameterError.
    """
    wanted = _read(given, "fields", (*TicketOutput.Meta.fields, TAGS))
    expanded = _read(given, "expand", EXPANDABLE)
    found = [dict(one) for one in TicketOutput(tickets, many=True).data]  # type: ignore[arg-type]
    for name in expanded:
        _EXPANSIONS[name](tickets, found)
    if not wanted:
        return found
    return [{name: one[name] for name in one if name in wanted} for one in found]


def _read(given: QueryDict, parameter: str, known: Collection[str]) -> list[str]:
    return read_names(given.get(parameter, ""), parameter, known)


def _add_tags(tickets: Rows, found: list[dict[str, Any]]) -> None:
    names: defaultdict[int, list[str]] = defaultdict(list)
    rows = TicketTag.objects.filter(ticket__in=[one.pk for one in tickets])
    for ticket_id, name in rows.order_by("tag__name").values_list("ticket_id", "tag__name"):
        names[ticket_id].append(name)
    for ticket, shown in zip(tickets, found, strict=True):
        shown[TAGS] = names[ticket.pk]


def _add_of_contact(tickets: Rows, found: list[dict[str, Any]]) -> None:
    rows = Contact.objects.select_related("account").in_bulk({one.contact_id for one in tickets})
    for shown in found:
        person = rows[shown["contact"]["id"]]
        shown["contact"] |= {
            "language": person.language,
            "role": person.role,
            "account": refer("account", person.account) if person.account else None,
        }


def _add_of_account(tickets: Rows, found: list[dict[str, Any]]) -> None:
    ids = {one.account_id for one in tickets} - {None}
    rows = Account.objects.select_related("plan").in_bulk(ids)
    for shown in found:
        if shown["account"]:
            plan = rows[shown["account"]["id"]].plan
            shown["account"] |= {"plan": refer("plan", plan) if plan else None}


def _add_of_assignee(tickets: Rows, found: list[dict[str, Any]]) -> None:
    ids = {shown["assignee"]["id"] for shown in found if shown["assignee"]}
    rows = Agent.objects.select_related("user").in_bulk(ids)
    for shown in found:
        if shown["assignee"]:
            agent = rows[shown["assignee"]["id"]]
            shown["assignee"] |= {"email": agent.user.email, "level": agent.level}


_EXPANSIONS: dict[str, Callable[[Rows, list[dict[str, Any]]], None]] = {
    TAGS: _add_tags,
    "contact": _add_of_contact,
    "account": _add_of_account,
    "assignee": _add_of_assignee,
}
