"""The form that closes a ticket: the reason, the three questions, and news for incidents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Agent
from helpdesk.agent.improvements.forms import QUESTIONS, QuestionsForm
from helpdesk.agent.relations.forms import find_other
from helpdesk.shared.fields import TextField
from tickets.models import CloseReason, ClosingReason, Ticket
from tickets.relations.incidents import count_hidden_incidents, list_incidents

INCIDENTS = ("tells_incidents", "incident_text", "closes_incidents")
MAX_INCIDENTS_NAMED = 20
# The desk's own reasons come after these, and spam comes last.
OFFERED = (
    CloseReason.SOLVED,
    CloseReason.NO_ANSWER,
    CloseReason.DUPLICATE,
    CloseReason.LIMITATION,
    CloseReason.NOT_OURS,
)


class ClosureForm(QuestionsForm):
    """Form for why a ticket is closed, with the three questions, which are optional (M64).

    Silence and the customer's own close aren't for agents (M20, M21).
    """

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), initial=CloseReason.SOLVED.value, widget=forms.RadioSelect
    )
    duplicate_of = forms.CharField(
        label=gettext_lazy("Duplicate of"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        help_text=gettext_lazy(
            "For duplicates only: the number or link of the other ticket. The customer gets the "
            "number if they can see that ticket."
        ),
    )

    tells_incidents = forms.BooleanField(label="", required=False)
    incident_text = TextField(
        label=gettext_lazy("Message to each requester"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
    )
    closes_incidents = forms.BooleanField(
        label=gettext_lazy("Close these tickets as solved"), required=False
    )

    def __init__(self, *args: Any, agent: Agent, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, agent=agent, **kwargs)
        self.ticket = ticket
        self._offer_incidents()
        self.own = {
            f"own-{one.pk}": one
            for one in ClosingReason.objects.filter(desk=agent.desk, is_active=True)
        }
        self.fields["reason"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            *((reason.value, reason.label) for reason in OFFERED),
            *((key, one.name) for key, one in self.own.items()),
            (CloseReason.SPAM.value, CloseReason.SPAM.label),
        ]
        self.order_fields(["reason", "duplicate_of"])

    def _offer_incidents(self) -> None:
        """Offer to tell the incidents of a problem, or remove these fields."""
        self.incidents = list(list_incidents(self.agent, self.ticket))
        if not self.incidents:
            for name in INCIDENTS:
                del self.fields[name]
            return
        label = ngettext(
            "Tell the requester of %(count)s open incident that the problem is solved",
            "Tell the requesters of %(count)s open incidents that the problem is solved",
            len(self.incidents),
        )
        field = self.fields["tells_incidents"]
        field.label = label % {"count": len(self.incidents)}
        field.help_text = _name_incidents(self.agent, self.ticket, self.incidents)
        self.fields["incident_text"].help_text = _(
            "Each requester gets it once, as a reply to their own ticket. The names in double "
            "braces are filled in."
        )
        self.initial.setdefault("incident_text", _write_news())

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields besides those of the questions, for the template."""
        return [field for field in self if field.name not in QUESTIONS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("tells_incidents") and not data.get("incident_text", "").strip():
            self.add_error("incident_text", _("Write a message, or clear the checkbox."))
        if data.get("reason") != CloseReason.DUPLICATE:
            return data
        found = find_other(self.agent, self.ticket, data.get("duplicate_of", ""))
        if found is None:
            self.add_error("duplicate_of", _("Enter the number or link of one other ticket."))
        return {**data, "original": found}


def _name_incidents(agent: Agent, problem: Ticket, incidents: Sequence[Ticket]) -> str:
    """Return the numbers of the first incidents, and how many are left out."""
    prefix = agent.desk.ticket_prefix
    named = ", ".join(f"{prefix}-{one.number}" for one in incidents[:MAX_INCIDENTS_NAMED])
    more = len(incidents) - MAX_INCIDENTS_NAMED
    if more > 0:
        text = ngettext("%(named)s and %(count)s more.", "%(named)s and %(count)s more.", more)
        named = text % {"named": named, "count": more}
    hidden = count_hidden_incidents(agent, problem)
    if not hidden:
        return named
    left_out = ngettext(
        "%(count)s incident in a department that you aren't a member of won't be notified.",
        "%(count)s incidents in departments that you aren't a member of won't be notified.",
        hidden,
    )
    return f"{named} {left_out % {'count': hidden}}"


def _write_news() -> str:
    return _(
        "Hello {{contact.first_name}},\n\n"
        "The problem behind your request {{ticket.number}} is solved. If you still see it, just "
        "reply to this message.\n\n"
        "{{agent.name}}"
    )
