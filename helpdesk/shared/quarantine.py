"""The decision on a quarantined email: one form for agent pages and the admin site."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Desk, User
from channels_intake.incoming.quarantine import discard, release, restore
from channels_intake.mailboxes import list_release_mailboxes
from channels_intake.models import InboundMessage, Mailbox
from channels_intake.selectors import list_quarantined
from helpdesk.shared.fields import set_choices
from tickets.models import Ticket

MAX_COUNTED = 100
SENDERS = [
    ("unverified", _("Unverified: open a new ticket that is marked as unverified")),
    (
        "verified",
        _("Verified: I know this person wrote it. Match account and ticket by the address"),
    ),
]
DECISIONS = [("release", _("Release")), ("discard", _("Discard")), ("restore", _("Restore"))]


class Outcome(NamedTuple):
    """The result of a decision: the ticket of a released email, and a sentence for the user."""

    ticket: Ticket | None
    message: str


class DecisionForm(forms.Form):
    """Release, discard or restore a quarantined email.

    A release states if the sender is verified.
    """

    do = forms.ChoiceField(
        choices=DECISIONS,
        error_messages={"required": _("Choose whether to release or discard this email.")},
    )
    sender = forms.ChoiceField(
        label=_("Sender"),
        choices=SENDERS,
        initial="unverified",
        required=False,
        widget=forms.RadioSelect,
    )
    mailbox = forms.ModelChoiceField(Mailbox.objects.none(), label=_("Mailbox"), required=False)

    def __init__(self, *args: Any, desk: Desk | None, **kwargs: Any) -> None:
        """desk: the email's desk; None if no desk knows it: it is released to a chosen mailbox."""
        super().__init__(*args, **kwargs)
        self.desk = desk
        if desk is None:
            set_choices(self, "mailbox", list_release_mailboxes())

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.desk is None and found.get("do") == "release" and not found.get("mailbox"):
            self.add_error("mailbox", gettext("Choose the mailbox this email was meant for."))
        return found

    def decide(self, inbound: InboundMessage, *, by: User, at: datetime) -> Outcome:
        """Carry out the decision of a valid form; safe to repeat. Raises ServiceError."""
        chosen = self.cleaned_data
        target: dict[str, Any] = {
            "inbound_id": inbound.pk,
            "desk_id": self.desk.pk if self.desk else None,
            "by": by,
        }
        if chosen["do"] == "release":
            is_verified = chosen["sender"] == "verified"
            ticket = release(**target, is_verified=is_verified, mailbox=chosen["mailbox"], at=at)
            return Outcome(
                ticket, gettext("Released to %(ticket)s.") % {"ticket": ticket.reference}
            )
        if chosen["do"] == "discard":
            discard(**target, at=at)
            return Outcome(None, gettext("Email discarded. You can restore it at any time."))
        restore(**target)
        return Outcome(None, gettext("Email restored to quarantine."))


def count_quarantined(desk: Desk | None) -> int:
    """Count emails waiting for a decision, up to MAX_COUNTED + 1, which means "more"."""
    return list_quarantined(desk)[: MAX_COUNTED + 1].count()
