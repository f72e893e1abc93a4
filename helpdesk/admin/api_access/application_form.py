"""The form of an OAuth application."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Desk, OAuthApplication
from accounts.models.oauth import is_loopback
from accounts.models.tokens import DEFAULT_REQUESTS_PER_MINUTE, MAX_REQUESTS_PER_MINUTE
from accounts.tokens.admitting import ApplicationValues
from helpdesk.agent.tokens.forms import list_named_scopes
from helpdesk.shared.fields import LineField

MAX_URIS = 20


class ApplicationForm(forms.Form):
    """Who the application is, where it gets its codes, and the most that it can ask for."""

    name = LineField(
        label=_("Name"), max_length=80, help_text=_("Shown to agents when they allow access.")
    )
    service = forms.ModelChoiceField(
        Agent.objects.none(),
        label=_("Acts as"),
        required=False,
        empty_label=_("The agent who allows access"),
        help_text=_("For your own programs, choose a service account (client credentials)."),
    )
    redirect_uris = forms.CharField(
        label=_("Redirect URIs"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=_(
            "One per line, exactly as the application sends them. Leave empty for service accounts."
        ),
    )
    is_public = forms.BooleanField(
        label=_("Public client"),
        required=False,
        help_text=_(
            "For apps on users' devices and scripts in web pages, which can't keep a secret."
        ),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The application can't ask for more than these scopes."),
    )

    requests_per_minute = forms.IntegerField(
        label=_("Requests per minute"),
        min_value=1,
        max_value=MAX_REQUESTS_PER_MINUTE,
        initial=DEFAULT_REQUESTS_PER_MINUTE,
    )

    def __init__(
        self, data: Any, *, desk: Desk, application: OAuthApplication | None = None
    ) -> None:
        super().__init__(data)
        service: Any = self.fields["service"]
        service.queryset = Agent.objects.filter(desk=desk, is_service=True).order_by("name")
        self.fields["scopes"].choices = list_named_scopes()  # type: ignore[attr-defined]
        if application is not None:
            self.initial = {
                "name": application.name,
                "service": application.service_id,
                "redirect_uris": "\n".join(application.redirect_uris.split()),
                "is_public": application.client_type == OAuthApplication.CLIENT_PUBLIC,
                "scopes": application.scopes,
                "requests_per_minute": application.requests_per_minute,
            }

    def clean_redirect_uris(self) -> str:
        uris = self.cleaned_data["redirect_uris"].split()
        if len(uris) > MAX_URIS:
            raise forms.ValidationError(
                gettext("Enter up to %(limit)s redirect URIs.") % {"limit": MAX_URIS}
            )
        for uri in uris:
            if not is_redirect_uri(uri):
                text = gettext(
                    "“%(uri)s” can't be used. Enter an https:// URL without a fragment, or "
                    "http://127.0.0.1 for an application on the user's own computer."
                )
                raise forms.ValidationError(text % {"uri": uri[:200]})
        return " ".join(uris)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("service") and found.get("is_public"):
            self.add_error(
                "is_public",
                gettext(
                    "A service account needs a client secret, so the application can't be a public "
                    "client."
                ),
            )
        if not found.get("service") and found.get("redirect_uris") == "":
            self.add_error("redirect_uris", gettext("Enter at least one redirect URI."))
        return found

    def get_values(self) -> ApplicationValues:
        """Return the valid values."""
        return ApplicationValues(**self.cleaned_data)


def is_redirect_uri(uri: str) -> bool:
    """Return True for an https address, or an http one on the person's own computer."""
    try:
        parts = urlsplit(uri)
        is_known = parts.port != 0 and bool(parts.hostname)
    except ValueError:
        return False
    is_plain = not ({"#", "@", "*", "\\"} & set(uri)) and uri.isascii() and uri.isprintable()
    return is_known and is_plain and (parts.scheme == "https" or is_loopback(uri))
