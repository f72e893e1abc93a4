"""References: how the API names a row of the desk, the same everywhere.

Each has the kind of the row, its id and its name. A person also has an email address. The id is the
one in URLs, so that of a ticket is its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.matching import normalize_email
from accounts.models import Contact
from tickets.conditions.values import MAX_ID_DIGITS
from tickets.models import Defect, Ticket

MAX_ID = 10**MAX_ID_DIGITS - 1
GIVEN = {
    "oneOf": [
        {"type": "integer", "minimum": 1, "maximum": MAX_ID},
        {"type": "string", "maxLength": 254},
        {
            "type": "object",
            "properties": {"id": {"type": "integer", "minimum": 1, "maximum": MAX_ID}},
            "required": ["id"],
        },
    ]
}


class Reference(serializers.Serializer[Any]):
    """A row of the desk."""

    kind = serializers.CharField(help_text=_("The kind of row, such as “agent”."))
    id = serializers.IntegerField(help_text=_("The id in URLs; for a ticket, its number."))
    name = serializers.CharField(help_text=_("The name that people see."))


class PersonReference(Reference):
    """A customer."""

    email = serializers.CharField(help_text=_("The email address, or empty."))


class OutsideReference(Reference):
    """A sender without a record at the desk, such as your company in a channel's own inbox."""

    id = serializers.IntegerField(allow_null=True, help_text=_("The id, or null."))


def refer(kind: str, row: Any) -> dict[str, Any]:
    """Return the reference of a row with a name. Load the desk of a ticket or a defect."""
    if isinstance(row, Ticket):
        return {"kind": kind, "id": row.number, "name": row.reference}
    if isinstance(row, Defect):
        return {"kind": kind, "id": row.number, "name": row.key}
    return {"kind": kind, "id": row.pk, "name": row.name}


def refer_by_name(name: str, agent_id: int | None = None) -> dict[str, Any]:
    """Return the reference of a person known only by name, or of an agent whose id is known."""
    return {"kind": "agent" if agent_id else "system", "id": agent_id, "name": name}


def refer_to_person(contact: Any) -> dict[str, Any]:
    """Return the reference of a contact."""
    return {
        "kind": "contact",
        "id": contact.pk,
        "name": str(contact) if isinstance(contact, Contact) else contact.name or contact.email,
        "email": contact.email,
    }


@extend_schema_field(Reference)
class ReferenceField(serializers.Field[Any, Any, Any, Any]):
    """A related row as its reference, or null."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(read_only=True, allow_null=True, default=None, **kwargs)

    def to_representation(self, value: Any) -> dict[str, Any]:
        return refer(self.kind, value)


@extend_schema_field(PersonReference)
class PersonField(ReferenceField):
    """A related contact as its reference."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("contact", **kwargs)

    def to_representation(self, value: Any) -> dict[str, Any]:
        return refer_to_person(value)


@extend_schema_field(GIVEN)
class RowField(serializers.RelatedField[Any, Any, Any]):
    """A row that a request names: by its id, its name, or its reference as the API returns it.

    by: the column of the name.
    """

    key = "pk"  # the column of the id
    default_error_messages = {
        "unknown": _("The desk has no object of this kind with this id or name."),
        "malformed": _("Enter an id, a name, or a reference with an “id”."),
    }

    def __init__(self, *, by: str = "name", **kwargs: Any) -> None:
        self.by = by
        super().__init__(**kwargs)

    def use_pk_only_optimization(self) -> bool:
        return False

    def to_internal_value(self, data: Any) -> Model:
        wanted = data.get("id") if isinstance(data, Mapping) else data
        rows: QuerySet[Any] = self.get_queryset()  # type: ignore[assignment]  # it has one
        if isinstance(wanted, int) and not isinstance(wanted, bool):
            found = rows.filter(**{self.key: wanted}) if 0 < wanted <= MAX_ID else rows.none()
        elif isinstance(data, str):
            found = self.filter_by_name(rows, data)
        else:
            self.fail("malformed")
        row: Model | None = found.first()
        if row is None:
            self.fail("unknown")
        return row

    def filter_by_name(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Return the rows that a text names."""
        name = serializers.CharField(max_length=254).run_validation(text)
        return rows.filter(**{self.by: name})


class AgentField(RowField):
    """An agent: by id, email address or reference."""

    def filter_by_name(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(user__email=normalize_email(text) or "?")


class ContactField(RowField):
    """A contact of the desk: by id, email address or reference."""

    def filter_by_name(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        address = normalize_email(text)
        return rows.with_any_email(address) if address else rows.none()  # type: ignore[attr-defined]


class TicketField(RowField):
    """A ticket: by number or reference. Pass the tickets that the agent may see."""

    key = "number"

    def filter_by_name(self, rows: QuerySet[Any], text: str) -> NoReturn:
        self.fail("malformed")
