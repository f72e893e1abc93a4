"""Forms of the page of a call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Department, Desk, Role
from channels_intake.telephone.notes import ESCALATED, CallNote, Outcome
from helpdesk.agent.forms import MAX_EMAIL_LENGTH, MAX_NAME_LENGTH
from helpdesk.shared.fields import (
    FutureTimeField,
    SubmitOnceForm,
    TextField,
    set_choices,
)


class CallNoteForm(SubmitOnceForm):
    """What was talked about, and how the call ended."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    text = TextField(
        label=_("Note"),
        help_text=_(
            "Emailed to the caller if there is an address. With the outcomes No answer "
            "and Wrong number, only agents see it."
        ),
    )
    callback_at = FutureTimeField(
        label=_("Call back by"),
        required=False,
        help_text=_("For a callback. The caller is promised an update by then."),
    )
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.none(),
        required=False,
        help_text=_("For an escalation to sales."),
    )
    assignee = forms.ModelChoiceField(
        label=_("Assign to"),
        queryset=Agent.objects.none(),
        required=False,
        help_text=_("For an escalation. Leave empty to assign the next agent in rotation."),
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "department", Department.objects.filter(desk=desk))
        working = Agent.objects.filter(desk=desk, is_active=True).exclude(role=Role.OBSERVER)
        set_choices(self, "assignee", working.select_related("user").order_by("user__name"))

    def clean(self) -> dict[str, Any]:
        """Ask for what the outcome needs."""
        given = super().clean() or {}
        outcome = given.get("outcome")
        if outcome == Outcome.CALLBACK and not given.get("callback_at"):
            self.add_error("callback_at", _("Enter when the callback is due."))
        if outcome == Outcome.SALES and not given.get("department"):
            self.add_error("department", _("Choose the department to escalate to."))
        return given

    def make_note(self) -> CallNote:
        """Return the note of a valid form."""
        given, outcome = self.cleaned_data, Outcome(self.cleaned_data["outcome"])
        return CallNote(
            outcome=outcome,
            text=given["text"],
            callback_at=given["callback_at"],
            department=given["department"],
            assignee=given["assignee"] if outcome in ESCALATED else None,
        )


class CallerForm(forms.Form):
    """Who is calling, by their email address. The agent has made sure."""

    email = forms.CharField(
        label=_("Caller's email address"),
        max_length=MAX_EMAIL_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    name = forms.CharField(
        label=_("Caller's name"),
        max_length=MAX_NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
