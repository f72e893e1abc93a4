"""Forms about relations between tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agent, Role
from helpdesk.shared.fields import LineField, SubmitOnceForm, TextField
from helpdesk.shared.wording.times import format_datetime
from tickets.access import tickets_for_agent
from tickets.models import Message, Ticket
from tickets.search.references import find_numbers

MAX_START = 80  # characters of a message in a choice


class MergeForm(forms.Form):
    """Decisions of an agent before a ticket is merged into another one."""

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
        self.fields["across_accounts"].label = _("Merge tickets from different accounts")
        self.fields["across_accounts"].help_text = (
            _(
                "%(name)s won't see %(ticket)s or its replies. What %(name)s writes to %(own)s "
                "shows up on %(ticket)s for agents, but not for its customer."
            )
            % named
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("tells") and not data.get("text", "").strip():
            self.add_error("text", _("Write a message, or clear the checkbox above."))
        return data

    def get_text(self) -> str:
        """Return the message to send, or "" for none."""
        return str(self.cleaned_data["text"]) if self.cleaned_data["tells"] else ""


class SplitForm(SubmitOnceForm):
    """Form that splits a message, or all from it on, into a new ticket."""

    message = forms.ChoiceField(label=gettext_lazy("Message"), widget=forms.RadioSelect)
    with_later = forms.BooleanField(
        label=gettext_lazy("Include all later messages"), required=False
    )
    subject = LineField(
        label=gettext_lazy("Subject"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    def __init__(self, *args: Any, messages: Sequence[Message], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (str(message.pk), _describe_message(message)) for message in messages
        ]


def _describe_message(message: Message) -> str:
    start = " ".join(message.body_text.split())
    text = start if len(start) <= MAX_START else f"{start[:MAX_START]}…"
    return f"{format_datetime(message.created_at)} · {message.contact}: {text}"


class FollowUpForm(SubmitOnceForm):
    """A new ticket for the same requester, linked to an earlier one."""

    subject = LineField(
        label=gettext_lazy("Subject"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    text = TextField(
        label=gettext_lazy("Description"), widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"})
    )


class SpamForm(forms.Form):
    """Form that marks a ticket as spam and can block its sender."""

    block = forms.ChoiceField(
        label=gettext_lazy("Block the sender"), initial="", required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, agent: Agent, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = ticket.contact.email if ticket.contact.can_get_email else ""
        choices = [("", _("Don't block anyone"))]
        if address:
            choices.append((address, _("Block %(sender)s") % {"sender": address}))
        if address and agent.role == Role.ADMIN:
            domain = address.rpartition("@")[2]
            choices.append((domain, _("Block everyone at %(sender)s") % {"sender": domain}))
        self.fields["block"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["block"].help_text = _(
            "Email from a blocked sender goes to quarantine. Admins can unblock senders."
        )
        if not address:
            del self.fields["block"]


class LinkForm(forms.Form):
    """A link to another ticket."""

    kind = forms.ChoiceField(
        label=gettext_lazy("This ticket is"),
        choices=[
            ("related", gettext_lazy("Related to the other ticket")),
            ("problem", gettext_lazy("Part of the problem in the other ticket")),
            ("incident", gettext_lazy("The problem behind the other ticket")),
            ("duplicate", gettext_lazy("A duplicate of the other ticket")),
        ],
        initial="related",
        widget=forms.RadioSelect,
    )
    other = forms.CharField(
        label=gettext_lazy("Other ticket"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    def __init__(self, *args: Any, agent: Agent, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent, self.ticket = agent, ticket
        self.fields["other"].help_text = _("Its number or link, such as %(number)s.") % {
            "number": f"{agent.desk.ticket_prefix}-{ticket.number + 1}"
        }

    def clean_other(self) -> Ticket:
        found = find_other(self.agent, self.ticket, self.cleaned_data["other"])
        if found is None:
            raise forms.ValidationError(_("Enter the number or link of one other ticket."))
        return found


def find_other(agent: Agent, ticket: Ticket, text: str) -> Ticket | None:
    """Return the one other ticket that a text names, if the agent may see it."""
    numbers = find_numbers(agent.desk, text)
    if len(numbers) != 1:
        return None
    return tickets_for_agent(agent).exclude(pk=ticket.pk).filter(number=numbers[0]).first()


def _write_message(target: Ticket, *, is_same: bool) -> str:
    """Return a message for the requester. It names the other ticket only to its own requester.

    Never by its subject: followers of the merged ticket, who can't see the other one, get it, too.
    """
    if is_same:
        return _(
            "This request is about the same problem as %(ticket)s, so we'll continue there. We've "
            "kept everything you sent us, and you can reply to either email."
        ) % {"ticket": target.reference}
    return _(
        "We're working on this together with another request about the same problem. You don't "
        "need to do anything. If you have more details, just reply to this email."
    )
