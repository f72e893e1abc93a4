"""The form of a bulk merge: which of the selected tickets stays, and what becomes of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.agent.relations.choosing import describe_card
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from tickets.bulk.merging import find_merge_problem
from tickets.models import State, Ticket


@dataclass(frozen=True, slots=True)
class MergeLine(Component):
    """One of the other tickets. problem: why it can't be merged, or ""."""

    url: str
    number: str
    subject: str
    detail: str
    problem: str


class BulkMergeForm(forms.Form):
    """The ticket that the others are merged into. tickets: the selected ones."""

    into = forms.ChoiceField(
        label=gettext_lazy("Ticket that stays"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the ticket that stays.")},
    )
    across_accounts = forms.BooleanField(
        label=gettext_lazy("Merge tickets from different accounts"),
        required=False,
        help_text=gettext_lazy(
            "Customers of another account won't see the ticket that stays or its replies."
        ),
    )

    def __init__(self, data: Any, *, tickets: Sequence[Ticket]) -> None:
        self.tickets = tickets
        first = find_default(tickets)
        super().__init__(data, initial={"into": str(first.pk) if first else ""})
        choices = [(str(ticket.pk), _name(ticket)) for ticket in tickets]
        self.fields["into"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        if len({ticket.account_id for ticket in tickets}) < 2:
            del self.fields["across_accounts"]

    @property
    def target(self) -> Ticket | None:
        """The ticket that was chosen so far, or else the one that is offered."""
        chosen = self.data.get("into", "")
        found = (ticket for ticket in self.tickets if str(ticket.pk) == chosen)
        return next(found, find_default(self.tickets))

    @property
    def choice(self) -> str:
        """The choice that the preview shows, to notice that something else is chosen by now."""
        return f"{self.target.pk if self.target else ''}:{self.is_across:d}"

    @property
    def is_previewed(self) -> bool:
        return bool(self.data.get("shown", self.choice) == self.choice)

    @property
    def is_across(self) -> bool:
        return "across_accounts" in self.fields and "across_accounts" in self.data

    def list_lines(self, *, at: datetime) -> list[MergeLine]:
        """Return what becomes of the tickets other than the target."""
        target = self.target
        others = [ticket for ticket in self.tickets if target and ticket.pk != target.pk]
        return [_describe(one, target, self.is_across, at) for one in others if target]


def find_default(tickets: Sequence[Ticket]) -> Ticket | None:
    """Return the oldest open ticket that wasn't merged, else the oldest."""
    is_open = [one for one in tickets if one.status != State.CLOSED and not one.merged_into_id]
    return min(is_open or tickets, key=lambda one: one.pk, default=None)


def _name(ticket: Ticket) -> str:
    card = describe_card(ticket)
    named = {"number": card.number, "subject": card.subject, "status": card.status_word}
    return _("%(number)s %(subject)s · %(status)s") % named


def _describe(ticket: Ticket, target: Ticket, is_across: bool, at: datetime) -> MergeLine:
    card = describe_card(ticket)
    problem = find_merge_problem(ticket, target, across_accounts=is_across, at=at)
    return MergeLine(
        url=get_url("agent:ticket", ticket.number),
        number=card.number,
        subject=card.subject,
        detail=card.detail,
        problem=str(problem) if problem else "",
    )
