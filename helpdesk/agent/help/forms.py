"""Forms of requests for help and attention, and of escalated accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Desk, Role
from helpdesk.shared.fields import LineField, TextField, make_token_field
from helpdesk.shared.wording.times import format_datetime
from tickets.defects.access import find_key
from tickets.help_requests.answering import OUTCOMES, Outcome
from tickets.help_requests.asking import get_working_day
from tickets.help_requests.deadlines import compute_deadline
from tickets.models import (
    MAX_CADENCE_HOURS,
    AccountEscalation,
    Defect,
    EngineeringGroup,
    HelpState,
    Ticket,
    Urgency,
)

MAX_TITLE = 200
EMPTY = {"placeholder": " "}  # css/field.css hides empty fields of another outcome


class DefectKeyField(LineField):
    """The key of a defect of a desk; cleans to the defect, None if it is empty."""

    desk: Desk

    def clean(self, value: Any) -> Any:
        key = super().clean(value)
        if not key:
            return None
        number = find_key(key, self.desk) or 0
        found = Defect.objects.filter(desk=self.desk, number=number).select_related("desk").first()
        if found is None:
            raise forms.ValidationError(
                gettext("There is no defect %(key)s. Keys look like %(example)s.")
                % {"key": key, "example": f"{self.desk.ticket_prefix}-D12"}
            )
        return found


class GroupField(forms.ModelChoiceField):
    """An engineering group of a desk; each option says when its answer would be due."""

    desk: Desk

    def label_from_instance(self, obj: Any) -> str:
        hours = get_working_day(obj, self.desk)
        due_at = compute_deadline(timezone.now(), obj.response_minutes, hours)
        named = {"group": obj.name, "time": format_datetime(due_at)}
        return gettext("%(group)s, answer due %(time)s") % named


class TicketField(forms.ModelChoiceField):
    """One of the tickets that a defect is linked to."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.reference} {obj.subject}"


def _make_lines(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


class QuestionForm(forms.Form):
    """A question to an engineering group."""

    ticket = TicketField(
        Ticket.objects.none(), label=_("Ticket"), empty_label=None, to_field_name="number"
    )
    group = GroupField(
        EngineeringGroup.objects.none(), label=_("Engineering group"), empty_label="---------"
    )
    question = TextField(
        label=_("Question"),
        widget=_make_lines(6),
        help_text=_("The ticket stays with its assignee. The customer doesn't see the question."),
    )
    defect = DefectKeyField(
        label=_("Defect"),
        max_length=40,
        required=False,
        help_text=_("The key of the defect that it's about, if any."),
    )
    form_token = make_token_field()

    def __init__(self, *args: Any, desk: Desk, tickets: QuerySet[Ticket], **kwargs: Any) -> None:
        """tickets: to choose from; empty if the question is about the ticket that it began at."""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        groups = EngineeringGroup.objects.filter(desk=desk, is_active=True)
        fields["group"].desk = fields["defect"].desk = desk
        if groups.count() == 1:
            fields["group"].empty_label = None
        fields["group"].queryset = groups
        fields["ticket"].queryset = tickets
        if not tickets:
            del fields["ticket"]


class AnswerForm(forms.Form):
    """How a request for help ends."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(state.value, state.label) for state in OUTCOMES],
        initial=HelpState.ANSWERED.value,
        widget=forms.RadioSelect,
    )
    text = TextField(
        label=_("Answer"),
        required=False,
        widget=_make_lines(6),
        help_text=_("Becomes an internal note on the ticket."),
    )
    url = forms.URLField(
        label=_("Link to the documentation"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs=EMPTY),
        help_text=_("If the documentation was changed."),
    )
    defect = DefectKeyField(
        label=_("Defect"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=EMPTY),
        help_text=_("The key of a defect that the ticket is then linked to."),
    )
    title = LineField(
        label=_("Title of a new defect"),
        max_length=MAX_TITLE,
        required=False,
        widget=forms.TextInput(attrs=EMPTY),
        help_text=_("If there is no defect yet. A new one is created and linked."),
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["defect"].desk = desk  # type: ignore[attr-defined]  # a DefectKeyField

    def get_outcome(self) -> Outcome:
        """Return what was entered. What belongs to another outcome is left out."""
        given, state = self.cleaned_data, HelpState(self.cleaned_data["outcome"])
        is_defect = state == HelpState.DEFECT
        title = given["title"] if is_defect and not given["defect"] else ""
        return Outcome(
            state=state,
            text=given["text"],
            url=given["url"] if state == HelpState.DOCUMENTED else "",
            defect=given["defect"] if is_defect else None,
            new_defect={"title": title, "problem": given["text"]} if title else None,
        )


class ReasonForm(forms.Form):
    """The reason for ending something."""

    why = TextField(label=_("Reason"), widget=_make_lines(3))


class AttentionForm(forms.Form):
    """A request for attention."""

    urgency = forms.ChoiceField(
        label=_("Urgency"),
        choices=Urgency.choices,
        initial=Urgency.TODAY.value,
        widget=forms.RadioSelect,
    )
    why = TextField(
        label=_("Reason"),
        widget=_make_lines(),
        help_text=_("The lead on call reads it and decides. Customers don't see it."),
    )


class DecisionForm(forms.Form):
    """A lead's decision on a request for attention."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("accept", _("Accept")), ("decline", _("Decline"))],
        widget=forms.RadioSelect,
    )
    why = TextField(
        label=_("Reason"),
        required=False,
        widget=_make_lines(3),
        help_text=_("Needed to decline. The person who asked can read it."),
    )


class EscalationForm(forms.Form):
    """Lead, exit criteria and pace of an escalated account; the reason only at the start."""

    why = TextField(label=_("Reason"), widget=_make_lines(3))
    lead = forms.ModelChoiceField(Agent.objects.none(), label=_("Lead"), empty_label=None)
    exit_criteria = TextField(
        label=_("Exit criteria"),
        widget=_make_lines(3),
        help_text=_("What must be true for the escalation to end."),
    )
    cadence_hours = forms.IntegerField(
        label=_("Hours between updates"), min_value=1, max_value=MAX_CADENCE_HOURS, initial=24
    )

    def __init__(
        self, *args: Any, desk: Desk, escalation: AccountEscalation | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        working = Agent.objects.filter(desk=desk, is_active=True).exclude(role=Role.OBSERVER)
        self.fields["lead"].queryset = working.order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField
        if escalation is not None:
            del self.fields["why"]
            names = ("lead", "exit_criteria", "cadence_hours")
            self.initial.update({name: getattr(escalation, name) for name in names})


class UpdateForm(forms.Form):
    """An update by the lead of an escalated account."""

    text = TextField(
        label=_("Update"),
        widget=_make_lines(3),
        help_text=_("For everyone who works on the account's tickets. Customers don't see it."),
    )
