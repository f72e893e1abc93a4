"""The form of a desk's CRM: secrets go in and never come out, the mapping is JSON that is checked."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django import forms
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.admin.base import DeskForm
from accounts.models import ConnectionState, CrmConnection

SECRETS = {"client_secret": "sealed_client_secret", "refresh_token": "sealed_refresh_token"}


class MappingField(forms.JSONField):
    """A mapping as JSON, its parts on lines of their own."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 24, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data  # as it was typed, errors and all


def _url(label: str, help_text: str = "", *, required: bool = True) -> forms.URLField:
    shown = UnfoldAdminURLInputWidget()
    return forms.URLField(
        label=label, help_text=help_text, required=required, widget=shown, assume_scheme="https"
    )


def _secret(label: str) -> forms.CharField:
    shown = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, max_length=500, strip=True, widget=shown)


class CrmConnectionForm(DeskForm):
    """How the CRM is reached. An empty secret leaves the stored one; a stored one is never shown."""

    accounts_url = _url("Sign-in address", "Of the data centre, such as https://accounts.zoho.eu")
    api_url = _url("API address", "Of the same data centre, such as https://www.zohoapis.eu")
    notify_url = _url(
        "Notify address", "Where the CRM tells of changes; empty for not.", required=False
    )
    client_secret = _secret("Client secret")
    refresh_token = _secret("Refresh token")
    mapping = MappingField(
        help_text="Our fields and the CRM's; what is not named is never touched."
    )
    is_paused = forms.BooleanField(
        label="Paused",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Nothing is pulled, and what the CRM tells is not heard.",
    )

    class Meta:
        model = CrmConnection
        fields: ClassVar[list[str]] = [
            "accounts_url",
            "api_url",
            "client_id",
            "mapping",
            "notify_url",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_paused"] = self.instance.state == ConnectionState.PAUSED
        for name, sealed in SECRETS.items():
            if name in self.fields and getattr(self.instance, sealed):
                self.fields[name].help_text = "One is stored; leave this empty to keep it."

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        # What is stored goes to the stored addresses only: another address would be told the secrets.
        is_moved = bool({"accounts_url", "api_url"} & set(self.changed_data))
        for name, sealed in SECRETS.items():
            if found.get(name) or name in self.errors:
                continue
            if not getattr(self.instance, sealed):
                self.add_error(name, "The connection needs it.")
            elif is_moved:
                self.add_error(name, "Enter it again: it is sent to another address now.")
        return found

    @property
    def needs_renewal(self) -> bool:
        """Whether anything changed but the pause, so that the CRM is asked for everything anew."""
        return bool(set(self.changed_data) - {"is_paused"})
