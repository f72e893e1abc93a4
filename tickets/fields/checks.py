"""Rules for the fields that a desk defines; the admin site and the API ask them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tickets.models import FieldKind, FieldValue, FormField
from tickets.models.forms import MAX_FIELDS


def find_field_errors(field: FormField, stored: FormField | None) -> dict[str, str]:
    """Return why a desk can't have this field, by what is wrong; "" is the field as a whole.

    stored: the field as it was, None for a new one.
    """
    found = {}
    if field.kind == FieldKind.SELECT and not field.choices:
        found["choices"] = _("Enter at least one choice.")
    found |= _check_kind(field, stored) if stored else _check_number(field)
    return found | _check_condition(field)


def _check_number(field: FormField) -> dict[str, str]:
    if FormField.objects.filter(desk=field.desk_id).count() < MAX_FIELDS:
        return {}
    return {"": _("A desk can have at most %(maximum)s fields.") % {"maximum": MAX_FIELDS}}


def _check_kind(field: FormField, stored: FormField) -> dict[str, str]:
    """Refuse another kind or key for a field that tickets have values of."""
    changed = [name for name in ("kind", "key") if getattr(field, name) != getattr(stored, name)]
    if not changed or not FieldValue.objects.filter(field=field.pk).exists():
        return {}
    text = _("Some tickets already have a value in this field. Add a new field instead.")
    return dict.fromkeys(changed, text)


def _check_condition(field: FormField) -> dict[str, str]:
    other = field.shown_if
    found = {}
    if other is not None and not field.shown_value:
        found["shown_value"] = _("Enter the value that shows this field.")
    seen = {field.pk}
    while other is not None:
        if other.pk in seen:
            text = _("These conditions form a loop. Choose a different field.")
            return found | {"shown_if": text}
        seen.add(other.pk)
        other = other.shown_if
    return found
