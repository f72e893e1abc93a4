"""Admin form of a desk's CRM connection. Secrets are write-only; the mapping is validated JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.admin.base import DeskForm
from accounts.admin.secrets import STORED_HELP, SecretField, is_moved, require_again
from accounts.models import ConnectionState, CrmConnection

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOTIFY_HELP = _(
    "The CRM sends change notifications to this URL. Leave empty to turn them off. The URL for "
    "this desk is %(url)s"
)
SECRETS = {"client_secret": "sealed_client_secret", "refresh_token": "sealed_refresh_token"}


class MappingField(forms.JSONField):
    """A mapping as indented JSON."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 24, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data  # as typed, also when it is invalid


def _url(
    label: StrOrPromise, help_text: StrOrPromise = "", *, required: bool = True
) -> forms.URLField:
    shown = UnfoldAdminURLInputWidget()
    return forms.URLField(
        label=label, help_text=help_text, required=required, widget=shown, assume_scheme="https"
    )


class CrmConnectionForm(DeskForm):
    """Addresses, secrets and mapping. An empty secret keeps the stored one; none is ever shown."""

    hook_url: ClassVar[str] = (
        ""  # this desk's; set on the class that get_form makes for each request
    )
    accounts_url = _url(
        _("Accounts URL"), _("The URL of your data center, such as https://accounts.zoho.eu")
    )
    api_url = _url(
        _("API URL"), _("The URL of the same data center, such as https://www.zohoapis.eu")
    )
    notify_url = _url(
        _("Notification URL"),
        required=False,
    )
    client_secret = SecretField(label=_("Client secret"))
    refresh_token = SecretField(label=_("Refresh token"))
    mapping = MappingField(
        label=_("Mapping"),
        help_text=_("Plumbline fields and CRM fields. Fields that are not listed never change."),
    )
    is_paused = forms.BooleanField(
        label=_("Paused"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("While paused, nothing is pulled and notifications are ignored."),
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
        if "notify_url" in self.fields:
            self.fields["notify_url"].help_text = NOTIFY_HELP % {"url": self.hook_url}
        self.initial["is_paused"] = self.instance.state == ConnectionState.PAUSED
        for name, sealed in SECRETS.items():
            if name not in self.fields:
                continue
            if getattr(self.instance, sealed):
                self.fields[name].help_text = STORED_HELP
            else:
                self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        # Stored secrets go to the stored addresses only; a new address must not receive them.
        has_moved = is_moved(self, "accounts_url", "api_url")
        for name, sealed in SECRETS.items():
            if found.get(name) or name in self.errors:
                continue
            if not getattr(self.instance, sealed):
                self.add_error(name, gettext("Enter this secret to connect to the CRM."))
            elif has_moved:
                require_again(self, name)
        return found

    @property
    def needs_renewal(self) -> bool:
        """Return True if anything but the pause changed, so that the next pull starts over."""
        return bool(set(self.changed_data) - {"is_paused"})
