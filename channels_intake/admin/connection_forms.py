"""The admin form of a channel, built from the fields that its connector declares.

A secret is never shown: an empty field keeps the stored one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import new_class
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from unfold.widgets import (
    UnfoldAdminColorInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.admin.base import DeskForm
from accounts.admin.secrets import STORED_HELP, SecretField, is_moved, require_again
from accounts.network.addresses import get_destination_error
from channels_intake.connections.contract import Connector, FieldKind, SetupField
from channels_intake.connections.registry import get_connector
from channels_intake.models import Connection

COLUMNS = ("external_id", "api_url")
MAX_LINE, MAX_SECRET, MAX_TEXT, MAX_NUMBER = 500, 10_000, 10_000, 1_000_000_000
MAX_HOSTS = 50
_HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?")


class HostsField(forms.Field):
    """Host names, one on each line; stored as a list."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        hosts = list(dict.fromkeys(str(value or "").lower().split()))
        for host in hosts:
            if not _HOST.fullmatch(host):
                text = gettext("“%(host)s” isn't a host name. Enter one like www.example.com.")
                raise ValidationError(text % {"host": host[:100]})
        if len(hosts) > MAX_HOSTS:
            text = ngettext(
                "Enter at most %(max)s host.", "Enter at most %(max)s hosts.", MAX_HOSTS
            )
            raise ValidationError(text % {"max": MAX_HOSTS})
        return hosts

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial or []).split() != (data or "").split())


def _make_color(**given: Any) -> forms.Field:
    return forms.RegexField(r"^#[0-9a-fA-F]{6}$", widget=UnfoldAdminColorInputWidget(), **given)


MAKERS: dict[FieldKind, Callable[..., forms.Field]] = {
    FieldKind.LINE: lambda **given: forms.CharField(
        max_length=MAX_LINE, widget=UnfoldAdminTextInputWidget(), **given
    ),
    FieldKind.TEXT: lambda **given: forms.CharField(
        max_length=MAX_TEXT, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **given
    ),
    FieldKind.HOSTS: lambda **given: HostsField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **given
    ),
    FieldKind.NUMBER: lambda **given: forms.IntegerField(
        min_value=0, max_value=MAX_NUMBER, widget=UnfoldAdminIntegerFieldWidget(), **given
    ),
    FieldKind.YES_NO: lambda **given: forms.BooleanField(
        widget=UnfoldBooleanSwitchWidget(), **given | {"required": False}
    ),
    FieldKind.COLOR: _make_color,
    FieldKind.SEALED: lambda **given: SecretField(
        max_length=MAX_SECRET, label=given["label"], help_text=given["help_text"]
    ),
}


def get_form_name(field: SetupField) -> str:
    """Return the name of a declared field in the form, where it can't be a column's by chance."""
    if field.name in COLUMNS:
        return field.name
    return f"{'secret' if field.kind == FieldKind.SEALED else 'setting'}_{field.name}"


def make_form_field(field: SetupField) -> forms.Field:
    """Return the form field for a declared one."""
    given: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": field.is_required,
        "initial": field.initial,
    }
    if field.name == "api_url":
        return forms.URLField(
            max_length=200, assume_scheme="https", widget=UnfoldAdminURLInputWidget(), **given
        )
    if field.name == "external_id":
        return forms.CharField(max_length=190, widget=UnfoldAdminTextInputWidget(), **given)
    if field.kind == FieldKind.CHOICE:
        widget = UnfoldAdminSelectWidget()
        return forms.ChoiceField(choices=field.choices, widget=widget, **given)
    return MAKERS[field.kind](**given)


class ConnectionForm(DeskForm):
    """A channel. make_connection_form adds the fields of its kind."""

    kind: ClassVar[str]
    declared: ClassVar[tuple[SetupField, ...]] = ()

    class Meta:
        model = Connection
        fields: ClassVar[list[str]] = ["name", "is_paused"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.kind = self.kind
        self._has_secrets = set(self.instance.list_secrets())
        for field in self.declared:
            self._offer(field, get_form_name(field))

    def _offer(self, field: SetupField, name: str) -> None:
        """Show what is stored, or that a secret is."""
        if name not in self.fields:
            return
        if field.kind == FieldKind.SEALED:
            if field.name in self._has_secrets:
                self.fields[name].help_text = f"{STORED_HELP} {field.help}".strip()
            else:
                self.fields[name].required = field.is_required
        elif self.instance.pk and field.name in COLUMNS:
            self.initial[name] = getattr(self.instance, field.name)
        elif field.name in self.instance.settings:
            self.initial[name] = self.instance.settings[field.name]

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets that were entered, by the connector's names."""
        sealed = (field for field in self.declared if field.kind == FieldKind.SEALED)
        return {field.name: self.cleaned_data.get(get_form_name(field), "") for field in sealed}

    @property
    def settings(self) -> dict[str, Any]:
        """The other values, by the connector's names; what no field declares stays."""
        plain = (f for f in self.declared if f.kind != FieldKind.SEALED and f.name not in COLUMNS)
        entered = {field.name: self.cleaned_data.get(get_form_name(field)) for field in plain}
        return {**self.instance.settings, **entered}

    def _get_validation_exclusions(self) -> set[str]:
        # The kind was chosen before, and counts for uniqueness.
        return super()._get_validation_exclusions() - {"kind"}

    def clean_api_url(self) -> str:
        url: str = self.cleaned_data["api_url"].rstrip("/")
        if url and (problem := get_destination_error(url)):
            raise ValidationError(problem)
        return url

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for field in self.declared:
            if field.kind == FieldKind.SEALED:
                self._require_secret(field, get_form_name(field))
        return found

    def _require_secret(self, field: SetupField, name: str) -> None:
        """Add an error if a stored secret would go to another address."""
        if field.name in self._has_secrets and is_moved(self, "api_url"):
            require_again(self, name)


def make_connection_form(kind: str) -> type[ConnectionForm]:
    """Return the form of a kind of channel."""
    connector = get_connector(kind)
    fields = {get_form_name(field): make_form_field(field) for field in connector.fields}
    members = {"kind": kind, "declared": connector.fields, **fields}
    made: type[ConnectionForm] = new_class(
        "KindForm", (ConnectionForm,), exec_body=lambda body: body.update(members)
    )
    return made


def list_form_names(connector: Connector) -> list[str]:
    """Return the names of the declared fields, in order."""
    return [get_form_name(field) for field in connector.fields]
