"""Form of an agent's decision whose a handle is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from accounts.models import Contact, Desk
from channels_intake.connections.joining import MAX_REASON
from helpdesk.shared.fields import LineField
from helpdesk.shared.numbers import parse_number

OFFERED = "contacts-offered"  # ID of the list of contacts that match what is typed
NUMBER_SIGN = "#"  # before the number of a contact without an address


def find_contact(desk: Desk, typed: str) -> Contact:
    """Return the contact that an agent typed, as JoinForm says. Raises ValidationError."""
    people = Contact.objects.filter(desk=desk)
    if typed.startswith(NUMBER_SIGN):
        found = people.filter(pk=parse_number(typed[1:]) or 0).first()
    else:
        found = people.with_any_email(normalize_email(typed)).first()
    if found is None or found.is_erased:
        raise forms.ValidationError(
            gettext("No contact matches %(typed)s. Choose one from the list.") % {"typed": typed}
        )
    return found


class JoinForm(forms.Form):
    """Form for the contact whose handle it is, and how the agent knows.

    A contact is named by address; one without an address by the number that its page shows.
    """

    contact = LineField(
        label=_("Contact"),
        max_length=254,
        help_text=_("Type the start of a name or address, then choose a contact."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "dir": "auto",
                "list": OFFERED,
                "hx-trigger": "input changed delay:200ms",
                "hx-target": f"#{OFFERED}",
            }
        ),
    )
    reason = LineField(
        label=_("How do you know that it's the same person?"),
        max_length=MAX_REASON,
        help_text=_(
            "Saved in the audit log and in the tickets' history. A matching name isn't enough."
        ),
    )
    is_separate = forms.BooleanField(label=_("Unlink: this isn't a known contact"), required=False)

    def __init__(
        self, *args: Any, desk: Desk, offers_url: str, is_shared: bool, **kwargs: Any
    ) -> None:
        """offers_url: lists contacts. is_shared: False if nothing else is known of the person."""
        super().__init__(*args, **kwargs)
        self.desk = desk
        self.fields["contact"].widget.attrs["hx-get"] = offers_url
        self.fields["contact"].help_text = format_html(
            '{}<datalist id="{}"></datalist>', self.fields["contact"].help_text, OFFERED
        )
        if not is_shared:
            del self.fields["is_separate"]
        elif self.data.get("is_separate"):
            self.fields["contact"].required = False

    def clean_contact(self) -> Contact | None:
        typed = str(self.cleaned_data["contact"]).strip()
        if not typed or self.data.get("is_separate"):
            return None
        return find_contact(self.desk, typed)
