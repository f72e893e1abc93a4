"""The form for a ticket's values of the desk's own fields, and how the panel shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.components.ticket import Property
from helpdesk.shared.components import Component, Option
from helpdesk.shared.own_fields import make_own_field
from helpdesk.shared.urls import get_url
from tickets.fields.definitions import fits_ticket, list_fields, list_shown_fields
from tickets.fields.values import YES, describe_value
from tickets.models import FieldKind, FormField, Ticket

OWN = "own_"  # before a field's key, in names of inputs
SEEN = "seen_"  # the value that the page showed
MAX_VERSION = 120  # characters of an offered one
IN_PLACE = (FieldKind.SELECT, FieldKind.CHECKBOX)


class TicketFieldsForm(forms.Form):
    """A form for all fields of a ticket that are shown, or that its own values could show."""

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = list_fields(ticket.desk)
        self.own = list_editable_fields(fields, ticket)
        labels = {field.pk: field.label for field in fields}
        for one in self.own:
            present = str(ticket.fields.get(one.key, ""))
            hint = _describe_condition(one, labels, ticket)
            self.fields[OWN + one.key] = make_own_field(
                one, is_required=False, hint=hint, present=present
            )
            seen = forms.CharField(
                required=False, strip=False, initial=present, widget=forms.HiddenInput
            )
            self.fields[SEEN + one.key] = seen

    def offer_version(self, version: str) -> None:
        """Fill in a version, such as one of a support packet, where the ticket has none."""
        for one in self.own:
            if one.kind == FieldKind.VERSION and version and not self.fields[OWN + one.key].initial:
                self.fields[OWN + one.key].initial = version[:MAX_VERSION]

    def get_values(self) -> dict[str, str]:
        """Return the values by key, without those that the agent left as they were."""
        given = {one.key: self.cleaned_data[OWN + one.key] for one in self.own}
        seen = self.get_seen()
        return {key: value for key, value in given.items() if value != seen.get(key)}

    def get_seen(self) -> dict[str, str]:
        """Return the values that the page showed, by key."""
        return {
            one.key: self.data[SEEN + one.key] for one in self.own if SEEN + one.key in self.data
        }


def list_editable_fields(fields: tuple[FormField, ...], ticket: Ticket) -> list[FormField]:
    """Return the fields that the ticket shows or could show, whatever their conditions."""
    return [field for field in fields if fits_ticket(field, ticket)]


def _describe_condition(field: FormField, labels: dict[int, str], ticket: Ticket) -> str:
    said = [field.help_text] if field.help_text else []
    if field.shown_if_id in labels:
        text = _("Only if “%(field)s” is “%(value)s”.")
        said.append(text % {"field": labels[field.shown_if_id], "value": field.shown_value})
    if field.required_for:
        status = ticket.desk.word_for(field.required_for)
        said.append(_("Required to set the status to %(status)s.") % {"status": status})
    return " ".join(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine(Component):
    """A field with its value. property: to choose another value in place, or None.

    href: the link that is its value, or "". edit_url: its input in the form, or "".
    """

    label: str
    value: str
    href: str = ""
    edit_url: str = ""
    property: Property | None = None


@dataclass(frozen=True, slots=True)
class FieldsCard(Component):
    """The desk's own fields of a ticket. edit_url: the form, or "" for observers."""

    lines: tuple[FieldLine, ...]
    edit_url: str


def describe_fields(ticket: Ticket, agent: Agent) -> FieldsCard | None:
    """Return the fields of a ticket for its panel, or None if the desk has none for it."""
    values = {key: str(value) for key, value in ticket.fields.items()}
    fields = list_fields(ticket.desk)
    shown = list_shown_fields(fields, ticket, values)
    kept = [field for field in fields if field not in shown and values.get(field.key)]
    if not (shown or kept):
        return None
    url = get_url("agent:ticket_fields", ticket.number) if agent.can_write and shown else ""
    lines = [_describe_line(field, values, ticket, url) for field in shown]
    return FieldsCard((*lines, *(_describe_line(f, values, ticket, "") for f in kept)), url)


def _describe_line(field: FormField, values: dict[str, str], ticket: Ticket, url: str) -> FieldLine:
    value = values.get(field.key, "")
    is_blank = not value and field.kind != FieldKind.CHECKBOX
    text = _("Not set") if is_blank else describe_value(field.kind, value)
    if url and field.kind in IN_PLACE:
        return FieldLine(
            label=field.label, value=text, property=_describe_choice(field, value, text, ticket)
        )
    return FieldLine(
        label=field.label,
        value=text,
        href=value if field.kind == FieldKind.LINK and value.startswith("http") else "",
        edit_url=f"{url}#id_{OWN}{field.key}" if url else "",
    )


def _describe_choice(field: FormField, value: str, text: str, ticket: Ticket) -> Property:
    if field.kind == FieldKind.CHECKBOX:
        choices = [(YES, _("Yes")), ("", _("No"))]
    else:
        choices = [("", _("Not set")), *((str(one), str(one)) for one in field.choices)]
    return Property(
        label=field.label,
        value=text,
        action=get_url("agent:ticket_field", ticket.number, field.pk),
        name=f"field-{field.pk}",
        options=tuple(Option(key, word, selected=key == value) for key, word in choices),
        expected=value,
    )
