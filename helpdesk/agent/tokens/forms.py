"""The forms of an API token."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Desk
from accounts.models.tokens import DEFAULT_TOKEN_DAYS
from accounts.tokens.scopes import list_scope_choices
from helpdesk.shared.fields import LineField

DAYS = (7, 30, DEFAULT_TOKEN_DAYS, 365)
NEVER = "0"
HOURS = (0, 1, 24, 168)  # of the overlap after a rotation


def list_lives(desk: Desk) -> list[tuple[str, str]]:
    """Return how long a token can be valid at this desk, as choices."""
    limit = desk.max_token_days
    days = [each for each in DAYS if not limit or each <= limit]
    if limit and limit not in days:
        days.append(limit)
    choices = [
        (str(each), ngettext("%(count)s day", "%(count)s days", each) % {"count": each})
        for each in days
    ]
    return choices if limit else [*choices, (NEVER, gettext("No expiry"))]


def list_named_scopes() -> list[tuple[str, SafeString]]:
    """Return all scopes with their descriptions, followed by their names in the documentation."""
    return [
        (scope, format_html('{} <code dir="ltr">{}</code>', text, scope))
        for scope, text in list_scope_choices()
    ]


class TokenForm(forms.Form):
    """A name, the scopes and the life of a new token."""

    name = LineField(
        label=_("Name"),
        max_length=80,
        help_text=_("What uses this token, such as “Nightly report”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Grant only what the program needs. A token never has more rights than you have."
        ),
    )
    days = forms.ChoiceField(label=_("Valid for"))

    def __init__(self, data: Any, *, desk: Desk) -> None:
        super().__init__(data)
        self.fields["scopes"].choices = list_named_scopes()  # type: ignore[attr-defined]
        lives = list_lives(desk)
        self.fields["days"].choices = lives  # type: ignore[attr-defined]
        known = [value for value, _label in lives]
        usual = str(DEFAULT_TOKEN_DAYS)
        self.initial["days"] = usual if usual in known else known[-1]

    def get_expiry(self, at: datetime) -> datetime | None:
        """Return when a token made now expires, or None for never."""
        days = int(self.cleaned_data["days"])
        return at + timedelta(days=days) if days else None


class RotationForm(forms.Form):
    """How long the old secret still works."""

    overlap = forms.TypedChoiceField(
        label=_("Previous secret"),
        coerce=int,
        help_text=_("Switch your program to the new secret within this time."),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["overlap"].choices = list_overlaps()  # type: ignore[attr-defined]
        self.initial["overlap"] = 24


def list_overlaps() -> list[tuple[int, str]]:
    """Return the overlaps of a rotation in hours, with their texts."""
    texts = {
        0: gettext("Stops working now"),
        1: gettext("Works for one more hour"),
        24: gettext("Works for one more day"),
        168: gettext("Works for one more week"),
    }
    return [(hours, texts[hours]) for hours in HOURS]
