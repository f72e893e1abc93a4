"""The admin form of a repository: its sign-in and secrets, none of which is ever shown."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminURLInputWidget,
)

from accounts.admin.base import DeskForm
from accounts.admin.kinds import refuse_unused
from accounts.admin.secrets import STORED_HELP, SecretField, is_moved, require_again
from channels_intake.code_hosts.app_tokens import is_private_key
from channels_intake.code_hosts.signatures import is_broken_signing_token
from channels_intake.models import CodeHost, HostKind, SignIn

MAX_KEY = 10_000
# What each way to sign in needs.
NEEDED = {
    SignIn.TOKEN: ["token"],
    SignIn.APP: ["app_id", "installation_id", "private_key"],
}


class _SecretTextarea(UnfoldAdminTextareaWidget):
    """A text of several lines that isn't sent back, like a password."""

    is_secret = True  # kept out of the audit log, too

    def format_value(self, value: Any) -> str:
        return ""


class CodeHostForm(DeskForm):
    """A repository. An empty secret keeps the stored one; none is ever shown."""

    SECRETS: ClassVar[dict[str, str]] = {
        "token": "sealed_token",
        "private_key": "sealed_private_key",
        "webhook_secret": "sealed_webhook_secret",
    }
    api_url = forms.URLField(
        label=_("URL"),
        help_text=_(
            "Leave empty for github.com and gitlab.com. GitHub Enterprise Server:"
            " https://HOST/api/v3. GitLab Self-Managed: https://HOST."
        ),
        required=False,
        widget=UnfoldAdminURLInputWidget(),
        assume_scheme="https",
    )
    token = SecretField(
        label=_("Access token"),
        help_text=_(
            "GitHub: a fine-grained token for this repository with read and write access to"
            " issues, and read access to contents and pull requests. GitLab: a project access"
            " token with the scope api."
        ),
    )
    private_key = forms.CharField(
        label=_("Private key of the app"),
        help_text=_(
            "The whole .pem file from the app's settings. The app needs read and write access to"
            " issues, and read access to contents and pull requests."
        ),
        required=False,
        max_length=MAX_KEY,
        widget=_SecretTextarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    webhook_secret = SecretField(
        label=_("Webhook secret"),
        help_text=_(
            "GitHub: a random secret. GitLab: the signing token that starts with whsec_, or a"
            " secret token where GitLab has no signing tokens yet."
        ),
    )

    class Meta:
        model = CodeHost
        fields: ClassVar[list[str]] = [
            "kind", "api_url", "repository", "sign_in", "app_id", "installation_id", "labels",
            "names_customers", "is_paused",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, sealed in self.SECRETS.items():
            if name in self.fields and getattr(self.instance, sealed):
                self.fields[name].help_text = STORED_HELP
            elif name == "webhook_secret" and name in self.fields:
                self.fields[name].required = True

    @property
    def has_moved(self) -> bool:
        """Return True if the stored secrets were entered for another address."""
        return is_moved(self, "api_url", "kind")

    def clean_private_key(self) -> str:
        key: str = self.cleaned_data["private_key"]
        if key and not is_private_key(key):
            raise ValidationError(
                gettext("That isn't an RSA private key. Paste the whole .pem file from GitHub.")
            )
        return key

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        sign_in, is_gitlab = found.get("sign_in"), found.get("kind") == HostKind.GITLAB
        if is_gitlab and sign_in == SignIn.APP:
            self.add_error("sign_in", gettext("GitLab has no apps. Use an access token."))
        elif sign_in:
            self._check_sign_in(SignIn(sign_in), found)
        if is_gitlab and is_broken_signing_token(found.get("webhook_secret", "")):
            text = gettext(
                "This signing token isn't complete: whsec_ is followed by 24 to 64 bytes in"
                " Base64. Copy all of it from GitLab."
            )
            self.add_error("webhook_secret", text)
        return found

    def _check_sign_in(self, sign_in: SignIn, found: dict[str, Any]) -> None:
        for name in NEEDED[sign_in]:
            self._require(name, found)
        for other, names in NEEDED.items():
            if other != sign_in:
                refuse_unused(self, names, kind=sign_in.label)

    def _require(self, name: str, found: dict[str, Any]) -> None:
        """Add an error unless a field is filled, or a secret is stored for this address."""
        if found.get(name) not in (None, "") or name in self.errors:
            return
        if name not in self.SECRETS or not getattr(self.instance, self.SECRETS[name]):
            self.add_error(name, self.fields[name].error_messages["required"])
        elif self.has_moved:
            # Also of a key, which isn't sent: what it signs would let the other host sign in.
            require_again(self, name)
