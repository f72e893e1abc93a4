"""The forms of imports: a file to upload, and what the source's words mean at this desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from accounts.matching import normalize_email
from accounts.models import Desk
from helpdesk.body_limits import FORM_SLACK_BYTES, get_form_limit
from tickets.exchange.guessing import (
    Rows,
    guess_mapping,
    guess_state,
    list_field_labels,
    list_own_names,
)
from tickets.exchange.mapping import NONE, fold
from tickets.exchange.mapping import Mapping as Choices
from tickets.models import ImportRun, State
from tickets.models.forms import MAX_FIELDS

SOURCES: list[tuple[str, Promise | str]] = [
    ("zendesk", "Zendesk"),
    ("zoho", "Zoho Desk"),
    ("freshdesk", "Freshdesk"),
    ("neutral", _("Plumbline, or a file in its format")),
]
TYPES = ".zip,.tar,.tgz,.gz,.json,.ndjson,.jsonl,.csv"
MAX_AGENT_LINES = 150  # a request may have 1,000 fields, and the other words take up to 800
LEFT_OUT, ADDED = "", "+"  # choices for a field that the desk doesn't have


def get_upload_limit() -> int:
    """Return how many bytes a file that is uploaded here may have."""
    return get_form_limit() - FORM_SLACK_BYTES


class UploadForm(forms.Form):
    """An export of another help desk."""

    reader = forms.ChoiceField(label=_("Import from"), choices=SOURCES)
    file = forms.FileField(
        label=_("Export file"), widget=UnfoldAdminFileFieldWidget(attrs={"accept": TYPES})
    )
    source = forms.CharField(
        label=_("Name of the old help desk"),
        required=False,
        max_length=40,
        help_text=_(
            "Needed only if you import from two help desks of the same kind, because their IDs "
            "can overlap. Give each one a name, and use the same name for all of its files."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = gettext(
            "A .zip or .tar.gz archive or a single .json, .ndjson or .csv file, up to %(limit)s. "
            "Upload a larger export in parts, one after another. Each part adds to the ones before "
            "it."
        )
        self.fields["file"].help_text = text % {"limit": filesizeformat(get_upload_limit())}

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > get_upload_limit():
            text = gettext("The file is larger than %(limit)s. Upload it in parts.")
            raise forms.ValidationError(text % {"limit": filesizeformat(get_upload_limit())})
        return file


@dataclass(frozen=True, slots=True)
class Line:
    """A word of the source, the number of tickets with it, and the choice for it."""

    word: str
    count: int | None
    field: forms.BoundField


@dataclass(frozen=True, slots=True)
class Section:
    """The words of one kind. title: also the label of their table."""

    key: str
    title: str
    help_text: str
    lines: list[Line]


class MappingForm(forms.Form):
    """What the source's words mean here, with guesses. `lists` has the words by section."""

    start_clocks = forms.BooleanField(
        label=_("Start SLA clocks for open tickets"),
        required=False,
        help_text=_(
            "The clocks start at the time of the import, however old a ticket is. Without this, "
            "imported tickets have no SLA targets."
        ),
    )

    def __init__(self, data: Any = None, *, run: ImportRun, rows: Rows, desk: Desk) -> None:
        super().__init__(data)
        self.run, self.rows, self.desk = run, rows, desk
        guess = guess_mapping(run, rows)
        self.labels = {
            "fields": list_field_labels(run),
            "priorities": list_own_names(run, "priority"),
            "departments": list_own_names(run, "department"),
        }
        self.lists: dict[str, list[tuple[str, int | None]]] = {
            name: [(word, count) for word, count in run.preview.get(name, ())]
            for name in ("states", "priorities", "departments", "fields")
        }
        agents = [tuple(each) for each in run.preview.get("agents", ())]
        self.people = agents[:MAX_AGENT_LINES]
        # Those without a line keep their guess, or are matched by address when they are imported.
        hidden = {each[0] for each in agents[MAX_AGENT_LINES:]}
        self.hidden_agents = {key: pk for key, pk in guess.agents.items() if key in hidden}
        self.hidden_count = len(hidden)
        self.fields["start_clocks"].initial = guess.start_clocks
        self._add_states(guess)
        default = rows.get_default_priority()
        self._add_rows(
            "priorities", rows.priorities, guess.priorities, default.pk if default else ""
        )
        self._add_rows("departments", rows.departments, guess.departments, NONE)
        self._add_agents(guess)
        self._add_fields(guess)

    def _add_states(self, guess: Choices) -> None:
        choices = [(state.value, self.desk.word_for(state.value)) for state in State]
        for at, (word, _count) in enumerate(self.lists["states"]):
            initial = guess.states.get(fold(word)) or guess_state(word, guess)
            self._add_choice("states", at, word, choices, initial)

    def _add_rows(
        self, name: str, rows: Any, guesses: Mapping[str, int], default: int | str
    ) -> None:
        choices = [(row.pk, str(row)) for row in rows]
        if name == "departments":
            choices.insert(0, (NONE, gettext("No department")))
        for at, (word, _count) in enumerate(self.lists[name]):
            is_own = fold(word) in self.labels[name]
            # The import matches it by its name, or adds it.
            offered = [(ADDED, gettext("As in the file")), *choices] if is_own else choices
            initial = guesses.get(fold(word), ADDED if is_own else default)
            self._add_choice(name, at, word, offered, initial)

    def _add_fields(self, guess: Choices) -> None:
        choices = [
            (LEFT_OUT, gettext("Leave out")),
            (ADDED, gettext("Add as a new field")),
            *((row.key, row.label) for row in self.rows.fields),
        ]
        for at, (word, _count) in enumerate(self.lists["fields"]):
            self._add_choice("fields", at, word, choices, guess.fields.get(fold(word), ADDED))

    def _add_choice(self, name: str, at: int, word: str, choices: Any, initial: Any) -> None:
        field = forms.ChoiceField(label=self.get_label(name, word), choices=choices, required=False)
        field.initial = initial
        self.fields[f"{name}-{at}"] = field

    def _add_agents(self, guess: Choices) -> None:
        emails = {agent.pk: agent.user.email for agent in self.rows.agents}
        for at, (source_id, name, email) in enumerate(self.people):
            field = forms.CharField(label=name or email or source_id, required=False)
            field.widget.attrs |= {"list": "agents-here", "autocomplete": "off"}
            field.initial = emails.get(guess.agents.get(source_id, 0), "")
            self.fields[f"agents-{at}"] = field

    def get_label(self, name: str, word: str) -> str:
        """Return what an admin knows a word of the source as."""
        names = self.labels.get(name, {})
        return names.get(word) or names.get(fold(word)) or word

    def list_sections(self) -> Iterator[Section]:
        """Yield the kinds of words that the file has."""
        for name, (title, help_text) in get_section_texts().items():
            words = self.lists.get(name, [(each[1] or each[2] or each[0], None) for each in
                                          self.people])  # fmt: skip
            lines = [
                Line(self.get_label(name, word), count, self[f"{name}-{at}"])
                for at, (word, count) in enumerate(words)
            ]
            if lines:
                yield Section(name, title, f"{help_text} {self._count_hidden(name)}", lines)

    def _count_hidden(self, name: str) -> str:
        if name != "agents" or not self.hidden_count:
            return ""
        text = ngettext(
            "%(count)s more agent is matched by email address.",
            "%(count)s more agents are matched by email address.",
            self.hidden_count,
        )
        return text % {"count": self.hidden_count}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in list(cleaned):
            if name.startswith("agents-"):
                self._check_agent(name, cleaned[name])
        new = sum(1 for name in cleaned if name.startswith("fields-") and cleaned[name] == ADDED)
        if new and new + len(self.rows.fields) > MAX_FIELDS:
            text = gettext(
                "A help desk can have at most %(limit)s fields. Leave out some of the new ones, "
                "or choose existing fields instead."
            )
            raise forms.ValidationError(text % {"limit": MAX_FIELDS})
        return cleaned

    def _check_agent(self, name: str, text: str) -> None:
        if text and self._find_agent(text) is None:
            problem = gettext(
                "No active agent has this address. Enter another one, or leave this empty."
            )
            self.add_error(name, problem)

    def _find_agent(self, text: str) -> int | None:
        address = normalize_email(text)
        found = (agent.pk for agent in self.rows.agents if agent.user.email == address)
        return next(found, None) if address else None

    def get_mapping(self) -> dict[str, Any]:
        """Return the valid choices as a run stores them."""
        chosen = self.cleaned_data

        def read(name: str) -> dict[str, str]:
            words = enumerate(word for word, _count in self.lists[name])
            return {word: chosen.get(f"{name}-{at}", "") for at, word in words}

        def read_ids(name: str) -> dict[str, int]:
            return {word: int(key) for word, key in read(name).items() if key not in ("", ADDED)}

        return {
            "states": {word: value for word, value in read("states").items() if value},
            "priorities": read_ids("priorities"),
            "departments": read_ids("departments"),
            "agents": self.hidden_agents
            | {
                source_id: found
                for at, (source_id, *_rest) in enumerate(self.people)
                if (found := self._find_agent(chosen.get(f"agents-{at}", "")))
            },
            "fields": {word: key for word, key in read("fields").items() if key != ADDED},
            "start_clocks": chosen["start_clocks"],
        }


def get_section_texts() -> dict[str, tuple[str, str]]:
    """Return title and help text of each kind of words."""
    return {
        "states": (
            gettext("Statuses"),
            gettext("Choose the matching status for each status of the old help desk."),
        ),
        "priorities": (
            gettext("Priorities"),
            gettext("Tickets without a priority get the default."),
        ),
        "departments": (
            gettext("Departments"),
            gettext("Groups and departments of the old help desk."),
        ),
        "fields": (
            gettext("Custom fields"),
            gettext(
                "New fields are visible to agents only, unless customers could see them in the "
                "old help desk."
            ),
        ),
        "agents": (
            gettext("Agents"),
            gettext(
                "Enter an agent's email address. If you leave this empty, old replies keep the "
                "name, and nobody can sign in with it."
            ),
        ),
    }
