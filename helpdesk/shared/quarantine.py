"""What a person decides about a held mail, the same form on the agents' pages and in the admin site."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django import forms

from accounts.models import Desk, User
from channels_intake.incoming.quarantine import discard, release, restore
from channels_intake.mailboxes import list_release_mailboxes
from channels_intake.models import InboundMessage, Mailbox
from channels_intake.selectors import list_quarantined
from tickets.models import Ticket

MAX_COUNTED = 100
SENDERS = [
    ("unverified", "Not proven: a new ticket that says so, of no account"),
    (
        "verified",
        "Proven: I know that this person wrote it; account and ticket are found by the address",
    ),
]
DECISIONS = [("release", "Release"), ("discard", "Discard"), ("restore", "Put back")]


class Outcome(NamedTuple):
    """What became of a mail: its ticket when it was released, and a sentence."""

    ticket: Ticket | None
    message: str


class DecisionForm(forms.Form):
    """Release, discard or put back; for a release how far the sender is believed."""

    do = forms.ChoiceField(
        choices=DECISIONS, error_messages={"required": "Choose what to do with the mail."}
    )
    sender = forms.ChoiceField(
        label="Its sender is",
        choices=SENDERS,
        initial="unverified",
        required=False,
        widget=forms.RadioSelect,
    )
    mailbox = forms.ModelChoiceField(Mailbox.objects.none(), required=False)

    def __init__(self, *args: Any, desk: Desk | None, **kwargs: Any) -> None:
        """desk: whose mail it is; None for mail that no desk knows, which is released to a mailbox of any."""
        super().__init__(*args, **kwargs)
        self.desk = desk
        if desk is None:
            self.fields["mailbox"].queryset = list_release_mailboxes()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.desk is None and found.get("do") == "release" and not found.get("mailbox"):
            self.add_error("mailbox", "Choose the mailbox that the mail was meant for.")
        return found

    def decide(self, inbound: InboundMessage, *, by: User, at: datetime) -> Outcome:
        """Carry out what a valid form says; twice is as once. Raises ServiceError with a sentence."""
        desk_id = self.desk.pk if self.desk else None
        asked: dict[str, Any] = {"inbound_id": inbound.pk, "desk_id": desk_id, "by": by}
        given = self.cleaned_data
        if given["do"] == "release":
            is_verified = given["sender"] == "verified"
            ticket = release(**asked, is_verified=is_verified, mailbox=given["mailbox"], at=at)
            return Outcome(ticket, f"The mail is on {ticket.reference} now.")
        if given["do"] == "discard":
            discard(**asked, at=at)
            return Outcome(None, "The mail is discarded. It is kept, and can be put back.")
        restore(**asked)
        return Outcome(None, "The mail is back among those that are held.")


def count_quarantined(desk: Desk | None) -> int:
    """How many mails wait for a decision; MAX_COUNTED + 1 means more than MAX_COUNTED."""
    return list_quarantined(desk)[: MAX_COUNTED + 1].count()
