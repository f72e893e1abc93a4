"""Forms of macros and bulk changes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Department, Desk, Role
from helpdesk.shared.fields import LineField, TextField, set_choices
from tickets.macros.access import list_macros
from tickets.macros.acts import MAX_HOLD_DAYS, ME, MOVES, NOBODY, Acts
from tickets.macros.placeholders import list_placeholders
from tickets.macros.saving import MacroContent
from tickets.models import Macro, Priority, State, Tag

NO_CHANGE = _("No change")
MAX_TAG = Tag._meta.get_field("name").max_length or 40
_BETWEEN = re.compile(r"[,;\n]+")


class TagsField(LineField):
    """Names of tags, separated by commas; cleans to a tuple without repeats."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
        super().__init__(required=False, max_length=1000, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        names = [name.strip() for name in _BETWEEN.split(super().clean(value))]
        unique = {name.casefold(): name for name in names if name}
        if long := next((name for name in unique.values() if len(name) > MAX_TAG), None):
            raise forms.ValidationError(
                gettext("The tag %(tag)s is too long. The limit is %(maximum)s characters.")
                % {"tag": f"{long[:MAX_TAG]}…", "maximum": MAX_TAG}
            )
        return tuple(unique.values())


class ActsForm(forms.Form):
    """Changes of tickets, as macros and bulk changes make them. Empty fields change nothing."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label=NO_CHANGE
    )
    priority = forms.ModelChoiceField(
        Priority.objects.none(), label=_("Priority"), required=False, empty_label=NO_CHANGE
    )
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    add_tags = TagsField(label=_("Add tags"), help_text=_("Separate tags with commas."))
    remove_tags = TagsField(label=_("Remove tags"))
    note = TextField(
        label=_("Internal note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    hold_days = forms.IntegerField(
        label=_("Put on hold for (days)"), required=False, min_value=1, max_value=MAX_HOLD_DAYS
    )
    hold_reason = LineField(
        label=_("Reason for the hold"),
        max_length=200,
        required=False,
        help_text=_("For your colleagues; the customer doesn't see it."),
    )
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "department", Department.objects.filter(desk=desk))
        set_choices(self, "priority", Priority.objects.offered(desk=desk))
        self.fields["assignee"].choices = _list_assignees(desk)  # type: ignore[attr-defined]
        self.fields["status"].choices = _list_states(desk)  # type: ignore[attr-defined]

    def read_acts(self) -> Acts:
        """Return the acts of the valid form."""
        given = self.cleaned_data
        return Acts(
            department=given["department"] and given["department"].pk,
            priority=given["priority"] and given["priority"].pk,
            assignee=_read_assignee(given["assignee"]),
            add_tags=given["add_tags"],
            remove_tags=given["remove_tags"],
            note=given["note"].strip(),
            hold_days=given["hold_days"] or 0,
            hold_reason=given["hold_reason"],
            status=given["status"],
        )


def _list_assignees(desk: Desk) -> list[tuple[str, Any]]:
    agents = Agent.objects.filter(desk=desk, is_active=True).exclude(role=Role.OBSERVER)
    named = [(str(agent.pk), agent.name) for agent in agents.order_by("name", "pk")]
    fixed = [("", NO_CHANGE), (ME, _("The agent who applies the macro")), (NOBODY, _("Unassigned"))]
    return [*fixed, *named]


def _list_states(desk: Desk) -> list[tuple[str, Any]]:
    words = {state: "solved" if state == State.CLOSED else state for state in MOVES}
    return [("", NO_CHANGE), *((state, desk.word_for(word)) for state, word in words.items())]


def _read_assignee(value: str) -> int | str | None:
    if value in (ME, NOBODY):
        return value
    return int(value) if value else None


def describe_initial(acts: Acts) -> dict[str, Any]:
    """Return the values of the fields for acts that are changed."""
    return {
        **acts.to_json(),
        "assignee": str(acts.assignee or ""),
        "add_tags": ", ".join(acts.add_tags),
        "remove_tags": ", ".join(acts.remove_tags),
    }


class BulkForm(ActsForm):
    """A change of many tickets: a macro, or single changes."""

    macro = forms.ModelChoiceField(
        Macro.objects.none(), label=_("Macro"), required=False, empty_label=_("No macro")
    )
    field_order = ("macro",)

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, desk=agent.desk, **kwargs)
        with_acts = list_macros(agent).exclude(acts={}).order_by("name", "pk")
        set_choices(self, "macro", with_acts)
        self.fields["macro"].help_text = gettext(
            "Only the macro's changes are made. Its reply isn't sent, and a status that goes with"
            " the reply isn't set."
        )
        fixed = [("", NO_CHANGE), (ME, _("You")), (NOBODY, _("Unassigned"))]
        choices = self.fields["assignee"].choices  # type: ignore[attr-defined]
        self.fields["assignee"].choices = [*fixed, *choices[len(fixed) :]]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        others = [name for name in self.fields if name != "macro" and cleaned.get(name)]
        if cleaned.get("macro") and others:
            self.add_error("macro", gettext("Choose a macro or individual changes, not both."))
        return cleaned


class MacroForm(ActsForm):
    """A macro: its name, reply and changes. is_shared is offered to leads and admins."""

    name = LineField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    is_shared = forms.BooleanField(label=_("Share with all agents of this desk"), required=False)
    for_department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("For tickets in"),
        required=False,
        empty_label=_("All departments"),
    )
    text = TextField(
        label=_("Reply"), required=False, widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ("name", "is_shared", "for_department", "text")

    def __init__(self, *args: Any, desk: Desk, offers_sharing: bool, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        set_choices(self, "for_department", Department.objects.filter(desk=desk))
        if not offers_sharing:
            del self.fields["is_shared"]
        self.fields["text"].help_text = gettext(
            "Added to the composer when an agent applies the macro. Nothing is sent automatically."
            " Placeholders: %(names)s."
        ) % {"names": list_placeholders()}
        self.languages = [
            (code, name) for code, name in settings.LANGUAGES if code != desk.language
        ]
        for code, name in self.languages:
            self.fields[f"text_{code}"] = TextField(
                label=gettext("Reply in %(language)s") % {"language": name},
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "lang": code}),
                help_text=gettext("For customers who use this language."),
            )
        texts = [f"text_{code}" for code, _name in self.languages]
        self.order_fields([*self.field_order, *texts])

    def list_basics(self) -> list[forms.BoundField]:
        """Return the fields of what the macro is, and its reply."""
        return [self[name] for name in (*self.field_order, "version") if name in self.fields]

    def list_texts(self) -> list[forms.BoundField]:
        """Return the fields of the reply in other languages."""
        return [self[f"text_{code}"] for code, _name in self.languages]

    def list_acts(self) -> list[forms.BoundField]:
        """Return the fields of the changes."""
        return [self[name] for name in ActsForm.base_fields]

    @property
    def has_texts(self) -> bool:
        """True if the reply in another language is filled in, or wrong."""
        return any(field.value() or field.errors for field in self.list_texts())

    def read_content(self) -> MacroContent:
        """Return the content of the valid form."""
        given = self.cleaned_data
        return MacroContent(
            name=given["name"],
            text=given["text"],
            texts={code: given[f"text_{code}"] for code, _name in self.languages},
            acts=self.read_acts(),
            department=given["for_department"],
        )


def describe_macro(macro: Macro) -> dict[str, Any]:
    """Return the values of the form's fields for a macro that is changed."""
    texts = {f"text_{code}": each["text"] for code, each in macro.translations.items()}
    return {
        **describe_initial(Acts.from_json(macro.acts)),
        **texts,
        "name": macro.name,
        "text": macro.text,
        "for_department": macro.department_id,
        "version": macro.version,
    }
