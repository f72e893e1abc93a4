"""Forms about product feedback (M64)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agent
from helpdesk.shared.fields import LineField
from tickets.defects.access import list_defects_for_agent
from tickets.errors import InvalidValueError
from tickets.improvements.answering import MAX_BUG, Answers, find_bug
from tickets.improvements.linking import MAX_TITLE, find_by_title
from tickets.improvements.ranking import list_titles
from tickets.models import (
    OPEN_STAGES,
    Improvement,
    ImprovementKind,
    ImprovementStatus,
)

MAX_OFFERED = 100  # in the list below an input
QUESTIONS = ("documentation", "bug", "feature")
TYPED = {"autocomplete": "off", "dir": "auto"}


def make_question(label: Any, help_text: Any, *, max_length: int = MAX_TITLE) -> LineField:
    """Return an optional field of one line with suggestions (offer)."""
    return LineField(
        label=label,
        help_text=help_text,
        max_length=max_length,
        required=False,
        widget=forms.TextInput(attrs=dict(TYPED)),
    )


def offer(form: forms.Form, name: str, values: Iterable[str]) -> None:
    """Have the browser suggest these values in a field. They are part of its hint."""
    field, list_id = form.fields[name], f"offered-{name}"
    options = format_html_join("", '<option value="{}"></option>', ((each,) for each in values))
    field.widget.attrs["list"] = list_id
    field.help_text = format_html(
        '{}<datalist id="{}">{}</datalist>', field.help_text, list_id, options
    )


class QuestionsForm(forms.Form):
    """The three questions. All are optional."""

    documentation = make_question(
        gettext_lazy("Does documentation need to be improved or written?"),
        gettext_lazy("What is missing, or the page's URL."),
    )
    bug = make_question(
        gettext_lazy("Is it a bug?"),
        gettext_lazy(
            "Choose a known defect, or enter a title to report a new one. The customer gets the "
            "updates about its stages."
        ),
        max_length=MAX_BUG + 40,  # with the key in front
    )
    feature = make_question(
        gettext_lazy("Is a feature missing?"),
        gettext_lazy("Choose a known request, or enter a new one."),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        for kind in ImprovementKind:
            offer(self, kind.value, list_titles(agent, kind, limit=MAX_OFFERED))
        defects = list_defects_for_agent(agent).filter(stage__in=OPEN_STAGES)
        offer(self, "bug", (str(one) for one in defects.order_by("-rank", "id")[:MAX_OFFERED]))

    def clean_bug(self) -> str:
        text: str = self.cleaned_data["bug"]
        try:
            if text:
                find_bug(self.agent, text)
        except InvalidValueError as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def get_answers(self) -> Answers:
        """Return what was answered."""
        return Answers(**{name: self.cleaned_data[name] for name in QUESTIONS})

    @property
    def questions(self) -> list[forms.BoundField]:
        """The fields of the questions, for the template."""
        return [self[name] for name in QUESTIONS]


class EntryForm(forms.Form):
    """The title of an entry and the decision. version: of the entry that the page showed."""

    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    title = LineField(
        label=gettext_lazy("Title"), max_length=MAX_TITLE, widget=forms.TextInput(attrs=TYPED)
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=ImprovementStatus.choices, widget=forms.RadioSelect
    )


class MergeEntryForm(forms.Form):
    """The entry that another one is merged into, by its title."""

    into = LineField(
        label=gettext_lazy("Merge into"),
        help_text=gettext_lazy(
            "Start typing and choose an entry. This entry's tickets move there. You can't undo "
            "this."
        ),
        max_length=MAX_TITLE,
        widget=forms.TextInput(attrs=dict(TYPED)),
    )

    def __init__(self, *args: Any, agent: Agent, entry: Improvement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent, self.entry = agent, entry
        titles = list_titles(agent, entry.kind, limit=MAX_OFFERED)
        offer(self, "into", (title for title in titles if title != entry.title))

    def clean_into(self) -> Improvement:
        found = find_by_title(self.agent.desk, self.entry.kind, self.cleaned_data["into"])
        if found is None or found.pk == self.entry.pk:
            raise forms.ValidationError(_("Choose another entry from this list."))
        return found
