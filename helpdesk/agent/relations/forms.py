"""Forms about relations between tickets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.shared.fields import TextField
from tickets.models import Ticket


class MergeForm(forms.Form):
    """What an agent decides before a ticket is merged into another one."""

    across_accounts = forms.BooleanField(label="", required=False)
    tells = forms.BooleanField(label="", required=False)
    text = TextField(
        label=gettext_lazy("Message to the requester"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    def __init__(self, *args: Any, merged: Ticket, target: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {"name": merged.contact, "ticket": target.reference, "own": merged.reference}
        self.fields["tells"].label = _("Tell %(name)s") % named
        is_same = merged.contact_id == target.contact_id
        self.initial.setdefault("tells", is_same)
        self.initial.setdefault("text", _write_message(target, is_same=is_same))
        if merged.account_id == target.account_id:
            del self.fields["across_accounts"]
            return
        self.fields["across_accounts"].label = _("Merge tickets of different accounts")
        self.fields["across_accounts"].help_text = (
            _(
                "%(name)s won't see %(ticket)s or any reply to it. Messages that %(name)s sends to "
                "%(own)s will be shown to agents on %(ticket)s, but not to its customer."
            )
            % named
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("tells") and not data.get("text", "").strip():
            self.add_error("text", _("Write a message, or clear the box above."))
        return data

    def get_text(self) -> str:
        """Return the message to send, or "" for none."""
        return str(self.cleaned_data["text"]) if self.cleaned_data["tells"] else ""


def _write_message(target: Ticket, *, is_same: bool) -> str:
    """Return a message for the requester. It names the other ticket only to its own requester."""
    if is_same:
        return _(
            "This request is about the same problem as %(ticket)s (“%(subject)s”), so we continue "
            "there. Everything you sent us is kept, and you can reply to either email."
        ) % {"ticket": target.reference, "subject": target.subject}
    return _(
        "We're working on this together with another request about the same problem. You don't "
        "need to do anything. If you have more details, just reply to this email."
    )
