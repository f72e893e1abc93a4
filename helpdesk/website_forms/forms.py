"""The form of a website, with the desk's own fields, and its defense against spam."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_intake.connectors.form.stamps import (
    Stamp,
    StampProblem,
    is_work_done,
    make_stamp,
    read_stamp,
    read_sum,
)
from channels_intake.models import Connection
from helpdesk.messenger.limits import FILE_LIMITS
from helpdesk.portal.forms import OwnFieldsMixin, WebsiteForm
from helpdesk.shared.fields import FilesField
from tickets.models import FormField

# Sent along, but neither asked nor shown as a field.
HIDDEN = ("stamp", "work", "sum", "website", "form_token")


class HostedForm(OwnFieldsMixin, WebsiteForm):
    """A website form. ``stamp``: when it was shown; ``work``: the browser's; ``sum``: a person's.

    The stamp counts once, so the form_token of other forms isn't asked.
    """

    text_field = "message"
    form_token = None  # type: ignore[assignment]  # takes the field off
    files = FilesField(  # type: ignore[assignment]  # a field, taken off the class
        label=_("Attachments"), help_text=_("Such as screenshots or logs."), limits=FILE_LIMITS
    )
    stamp = forms.CharField(max_length=300, widget=forms.HiddenInput, required=False)
    work = forms.CharField(max_length=20, widget=forms.HiddenInput, required=False)
    sum = forms.CharField(
        max_length=3,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, connection: Connection, own_fields: Iterable[FormField], **kwargs: Any
    ) -> None:
        super().__init__(*args, desk=connection.desk, **kwargs)
        self.connection = connection
        self.opened: Stamp | None = None
        if connection.settings.get("asks_own_fields", True):
            self.add_own_fields(own_fields)
        if not connection.settings.get("takes_files", True):
            del self.fields["files"]
        last = ("files", *HIDDEN)
        shown = [name for name in self.fields if name not in last]
        self.order_fields([*shown, *last])
        self.shown_stamp = self._find_stamp()

    def _find_stamp(self) -> str:
        """Return the stamp to show: what was sent, while it counts; else a new one."""
        sent = str(self.data.get("stamp") or "")[:300]
        is_good = read_stamp(self.connection, sent) is not StampProblem.INVALID
        return sent if is_good else make_stamp(self.connection)

    @property
    def question(self) -> str:
        """The sum for a person whose browser doesn't compute."""
        first, second = read_sum(self.connection, self.shown_stamp)
        return gettext("What is %(first)s + %(second)s?") % {"first": first, "second": second}

    @property
    def has_work(self) -> bool:
        """True if the browser has computed, so that no sum is asked."""
        entered = self.cleaned_data.get("stamp", ""), self.cleaned_data.get("work", "")
        return is_work_done(*entered)

    def clean(self) -> dict[str, Any]:
        """Refuse a form that was sent too fast, is too old, or has neither work nor sum."""
        cleaned = super().clean() or {}
        found = read_stamp(self.connection, cleaned.get("stamp", ""))
        if found is StampProblem.TOO_FAST:
            self.add_error(None, gettext("The form was sent too quickly. Please send it again."))
        elif not isinstance(found, Stamp):
            self.add_error(None, gettext("This form has been open for too long. Send it again."))
        elif not self.has_work and cleaned.get("sum", "").strip() != str(found.sum):
            self.add_error(None, gettext("Solve the sum below the form, then send it again."))
        else:
            self.opened = found
        return cleaned

    @property
    def token(self) -> str:
        """By which the form counts once."""
        return self.opened.token if self.opened else ""
