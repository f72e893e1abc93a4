"""The fields that a desk has defined, cached by version, and those that a ticket shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from accounts.models import Desk
from accounts.versions import DeskCache
from tickets.models import CloseReason, FieldKind, FormField, Ticket
from tickets.models.forms import MAX_FIELDS

DESCRIPTION = "description"  # the key of a field that is only a hint for the long text
NEVER_REFUSED = (CloseReason.SPAM, CloseReason.DUPLICATE)


def load_fields(desk_id: int) -> tuple[FormField, ...]:
    """Read the fields of a desk in their order, retired ones too."""
    rows = FormField.objects.filter(desk_id=desk_id).exclude(key=DESCRIPTION)
    return tuple(rows[: 2 * MAX_FIELDS])


_fields = DeskCache(load_fields)


def list_fields(desk: Desk) -> tuple[FormField, ...]:
    """Return the fields of a desk, as of the version that it was read with."""
    return _fields.get(desk.pk, desk.config_version)


def list_asked_fields(fields: Iterable[FormField]) -> list[FormField]:
    """Return the fields that customers fill in: those for every ticket, without a condition."""
    return [field for field in fields if field.is_public and not field.is_retired]


def list_shown_fields(
    fields: Collection[FormField], ticket: Ticket, values: Mapping[str, str]
) -> list[FormField]:
    """Return the fields that agents fill in on a ticket with these values. Pure."""
    by_id = {field.pk: field for field in fields}
    return [field for field in fields if _is_shown(field, ticket, values, by_id)]


def _is_shown(
    field: FormField, ticket: Ticket, values: Mapping[str, str], by_id: Mapping[int, FormField]
) -> bool:
    """Follow the conditions: a field whose own condition's field is hidden is hidden too."""
    seen: set[int] = set()
    present: FormField | None = field
    while present is not None and present.pk not in seen:
        seen.add(present.pk)
        if not fits_ticket(present, ticket):
            return False
        if present.shown_if_id is None:
            return True
        parent = by_id.get(present.shown_if_id)
        if parent is None or not _has_value(parent, values, present.shown_value):
            return False
        present = parent
    return False  # the conditions go round in a circle


def fits_ticket(field: FormField, ticket: Ticket) -> bool:
    """Return True if a ticket can show this field, whatever the field's condition says."""
    fits_department = field.department_id in (None, ticket.department_id)
    fits_product = field.product_id in (None, ticket.product_id)
    return fits_department and fits_product and not field.is_retired


def _has_value(field: FormField, values: Mapping[str, str], wanted: str) -> bool:
    value = values.get(field.key, "")
    if field.kind == FieldKind.CHECKBOX:
        value = value or "no"
    return value.casefold() == wanted.casefold()


def list_missing(ticket: Ticket, status: str, *, reason: str = "") -> list[FormField]:
    """Return the fields that must be filled in before the ticket can have this status.

    reason: for closing. Spam and duplicates need no field.
    """
    if reason in NEVER_REFUSED:
        return []
    fields = list_fields(ticket.desk)
    if not any(field.required_for == status for field in fields):
        return []
    shown = list_shown_fields(fields, ticket, ticket.fields)
    return [
        field
        for field in shown
        if field.required_for == status and not ticket.fields.get(field.key)
    ]
