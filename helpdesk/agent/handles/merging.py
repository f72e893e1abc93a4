"""Form that merges a contact into another one: who stays, why they are the same, a preview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Contact
from channels_intake.connections.merging import count_moving, find_merge_problem
from helpdesk.agent.handles.forms import JoinForm, find_contact


class MergeForm(JoinForm):
    """Form for the contact who stays. ``preview_token``: number of the one whose preview was shown.

    A draft keeps no field with such a name, so whoever comes back to it sees the preview again.
    """

    preview_token = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, merged: Contact, offers_url: str, **kwargs: Any) -> None:
        """merged: the contact who goes."""
        super().__init__(*args, desk=merged.desk, offers_url=offers_url, is_shared=False, **kwargs)
        self.merged = merged
        self.fields["contact"].label = gettext_lazy("Contact to keep")

    def clean_contact(self) -> Contact:
        found = find_contact(self.desk, str(self.cleaned_data["contact"]).strip())
        if problem := find_merge_problem(self.merged, found):
            raise forms.ValidationError(problem)
        return found

    @property
    def is_confirmed(self) -> bool:
        """True if the agent has seen what would move to this very contact. The form is valid."""
        return self.cleaned_data["preview_token"] == str(self.cleaned_data["contact"].pk)

    def ask(self) -> list[str]:
        """Return what the merge would do, and take the next post as the confirmation."""
        into = self.cleaned_data["contact"]
        self.data = {**dict(self.data.items()), "preview_token": str(into.pk)}
        return describe_merge(self.merged, into)


def describe_merge(contact: Contact, into: Contact) -> list[str]:
    """Return sentences on what moves and what ends."""
    moving = count_moving(contact, into)
    named = {"name": contact, "other": into, "email": contact.email, "account": into.account}
    said = [
        ngettext(
            "%(count)s ticket moves to %(other)s.",
            "%(count)s tickets move to %(other)s.",
            moving.tickets,
        )
        % {**named, "count": moving.tickets}
    ]
    if moving.joining:
        text = ngettext(
            "%(count)s open ticket joins the account %(account)s.",
            "%(count)s open tickets join the account %(account)s.",
            moving.joining,
        )
        said.append(text % {**named, "count": moving.joining})
    if moving.handles:
        text = ngettext("%(count)s identity moves.", "%(count)s identities move.", moving.handles)
        said.append(text % {"count": moving.handles})
    if contact.email:
        text = _(
            "From now on, email from %(email)s counts as email from %(other)s. Nobody can sign in "
            "with that address."
        )
        said.append(text % named)
    if into.user_id is not None:
        said.append(_("%(other)s sees the tickets of %(name)s in the portal.") % named)
    return said
