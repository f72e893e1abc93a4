"""Set the values of a ticket's fields. Only this and the opening of tickets write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidFieldValueError
from tickets.events import EventKind
from tickets.fields.definitions import list_fields, list_shown_fields
from tickets.fields.values import clean_value
from tickets.models import FormField, Ticket
from tickets.models.forms import MAX_LINE
from tickets.services.common import require_writer


def set_field_values(
    *,
    ticket_id: int,
    values: Mapping[str, object],
    by: Actor,
    at: datetime,
    expected: Mapping[str, str] | None = None,
) -> Ticket:
    """Set the values of some fields of a ticket by key; "" or None empties one.

    expected: the values that the agent saw, None for any. Raises NotAllowedError, InvalidValueError
    for a field that the ticket doesn't have or a value that isn't possible, and ConflictError if
    another agent changed one of these fields meanwhile.
    """
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        before = {key: str(value) for key, value in change.ticket.fields.items()}
        fields = {field.key: field for field in list_fields(change.ticket.desk)}
        given = _clean(fields, values, before)
        _require_seen(fields, given, before, expected)
        after = {key: value for key, value in (before | given).items() if value}
        changed = [key for key in given if given[key] != before.get(key, "")]
        _require_shown(change.ticket, fields, changed, after)
        if changed:
            change.set(fields=after)
            change.touch()
            told = [_describe(fields[key], before.get(key, ""), given[key]) for key in changed]
            change.record(EventKind.FIELDS_CHANGED, {"fields": told})
            change.save()
    return change.ticket


def clean_values(desk: Desk, values: Mapping[str, object]) -> dict[str, str]:
    """Return the values of a new ticket's fields as they are kept, without empty ones.

    Raises InvalidValueError for a field that the desk doesn't have, or an impossible value.
    """
    fields = {field.key: field for field in list_fields(desk)}
    return {key: value for key, value in _clean(fields, values, {}).items() if value}


def require_applicable(ticket: Ticket) -> None:
    """Raise InvalidValueError if a ticket has a value for a field that it doesn't show.

    For a new ticket: its department, which fields can depend on, is known once it is open.
    """
    if ticket.fields:
        fields = {field.key: field for field in list_fields(ticket.desk)}
        _require_shown(ticket, fields, list(ticket.fields), ticket.fields)


def _clean(
    fields: Mapping[str, FormField], values: Mapping[str, object], before: Mapping[str, str]
) -> dict[str, str]:
    """Return the values as they are kept. One that stays the same isn't checked again."""
    cleaned = {}
    for key, value in values.items():
        if key not in fields:
            text = _("The field “%(key)s” doesn't exist.") % {"key": key}
            raise InvalidFieldValueError(key, text)
        is_same = str("" if value is None else value) == before.get(key, "")
        cleaned[key] = before.get(key, "") if is_same else clean_value(fields[key], value)
    return cleaned


def _require_seen(
    fields: Mapping[str, FormField],
    given: Mapping[str, str],
    before: Mapping[str, str],
    expected: Mapping[str, str] | None,
) -> None:
    for key in given if expected is not None else ():
        present = before.get(key, "")
        if expected is not None and key in expected and expected[key] != present != given[key]:
            raise ConflictError(
                _(
                    "%(field)s was changed to “%(value)s” while you were editing. Save again to "
                    "overwrite it."
                )
                % {"field": fields[key].label, "value": present}
            )


def _require_shown(
    ticket: Ticket,
    fields: Mapping[str, FormField],
    changed: list[str],
    after: Mapping[str, str],
) -> None:
    """Refuse a value for a field that the ticket doesn't have with all values set; none is kept."""
    shown = {field.key for field in list_shown_fields(list(fields.values()), ticket, after)}
    for key in changed:
        if key not in shown and after.get(key):
            raise InvalidFieldValueError(
                key,
                _("%(field)s doesn't apply to this ticket.") % {"field": fields[key].label},
            )


def _describe(field: FormField, before: str, after: str) -> dict[str, str]:
    return {
        "key": field.key,
        "label": field.label,
        "kind": field.kind,
        "before": before[:MAX_LINE],
        "after": after[:MAX_LINE],
    }
