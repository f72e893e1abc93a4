"""Secrets on admin pages: never shown again, and never sent to an address that changed since."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

STORED_HELP = _("A secret is stored. Leave this empty to keep it.")
_TOO_SHORT = ngettext_lazy(
    "Enter at least %(limit_value)d character.",
    "Enter at least %(limit_value)d characters.",
    "limit_value",
)


class SecretField(forms.CharField):
    """A secret whose stored value a page doesn't show. Empty keeps it."""

    def __init__(self, *, max_length: int = 500, **given: Any) -> None:
        super().__init__(
            required=False,
            max_length=max_length,
            strip=True,
            widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
            error_messages={"min_length": _TOO_SHORT},
            **given,
        )


def is_moved(form: forms.ModelForm, *addresses: str) -> bool:
    """Return True if one of these fields, which say where a stored secret goes, has changed."""
    return bool(form.instance.pk) and not set(addresses).isdisjoint(form.changed_data)


def require_again(form: forms.ModelForm, name: str) -> None:
    """Add an error if this secret isn't entered again, for an address that has changed."""
    if name in form.fields and name not in form.errors and not form.cleaned_data.get(name):
        form.add_error(name, gettext("Enter this secret again, because the URL has changed."))
