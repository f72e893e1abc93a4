"""The form of one stage of defects, and the preview of what its customers read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.texts import Languages, list_languages_to_translate
from accounts.models import Desk
from accounts.places.languages import list_offered_languages
from accounts.texts import find_text
from helpdesk.shared.fields import LineField, TextField
from tickets.defects.updates.settings import get_version
from tickets.defects.updates.texts import (
    BACK_STAGES,
    PLACEHOLDERS,
    fill_text,
    get_back_text,
    get_stage_name,
    get_stage_text,
    list_unknown_placeholders,
    tells_customers,
)
from tickets.models import Stage, StageSetting

NAME, TEXT, BACK = "name", "text", "back_text"
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class Preview:
    """A stage's text as customers of one language read it. text: "" if they aren't told."""

    language: str
    code: str
    name: str
    text: str
    back_text: str


@dataclass(frozen=True, slots=True)
class LanguageFields:
    """The fields of one language. language: "" for the desk's own."""

    language: str
    fields: list[forms.BoundField]


class StageForm(forms.Form):
    """The desk's name and texts of one stage, in all of its languages.

    seen: the version of the stored row that the form was shown with.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    tells_customers = forms.BooleanField(
        label=_("Tell customers"),
        required=False,
        help_text=_("Send each linked customer one update when a defect reaches this stage."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        desk: Desk,
        stage: Stage,
        stored: StageSetting | None,
    ) -> None:
        super().__init__(data, prefix=stage.value)
        self.desk, self.stage = desk, stage
        self.setting = stored or StageSetting(desk=desk, stage=stage)
        self.version = get_version(stored)
        self.initial["seen"] = self.version
        self.initial["tells_customers"] = tells_customers(stage, stored)
        if stage == Stage.DUPLICATE:  # its tickets move to the other defect, so nobody is told
            del self.fields["tells_customers"]
        translations = self.setting.translations
        self.languages: Languages = list_languages_to_translate(desk.language, translations)
        self._add_fields("", "")
        for code, language in self.languages:
            self._add_fields(code, language)

    def _list_texts(self) -> list[str]:
        texts = [] if self.stage == Stage.DUPLICATE else [TEXT]
        return [NAME, *texts, *([BACK] if self.stage in BACK_STAGES else [])]

    def _add_fields(self, code: str, language: str) -> None:
        for kind in self._list_texts():
            own = self.setting.translations
            stored = find_text(own, code, kind) if code else getattr(self.setting, kind)
            self.fields[_name_field(kind, code)] = _make_field(
                kind, code, placeholder=self._get_fallback(kind, code or self.desk.language)
            )
            self.initial[_name_field(kind, code)] = stored

    def _get_fallback(self, kind: str, code: str) -> str:
        """Return the usual text, which an empty field stands for."""
        with translation.override(code):
            if kind == NAME:
                return get_stage_name(self.stage, None)
            return get_back_text(None) if kind == BACK else get_stage_text(self.stage, None)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.add_prefix("seen") not in self.data:
            self.add_error(None, gettext("Reload the page and try again."))
        for name, value in list(found.items()):
            unknown = list_unknown_placeholders(value) if _is_text(name) else []
            if unknown:
                facts = {
                    "unknown": ", ".join(f"{{{each}}}" for each in unknown),
                    "known": ", ".join(f"{{{each}}}" for each in PLACEHOLDERS),
                }
                text = gettext("Unknown placeholders: %(unknown)s. You can use: %(known)s.")
                self.add_error(name, text % facts)
        return found

    def build(self) -> StageSetting:
        """Return what was entered, as an unsaved row. Only for a valid form."""
        given = self.cleaned_data
        translations: dict[str, dict[str, str]] = {}
        for code, _language in self.languages:
            texts = {kind: given[_name_field(kind, code)] for kind in self._list_texts()}
            if entered := {kind: text for kind, text in texts.items() if text}:
                translations[code] = entered
        return StageSetting(
            desk=self.desk,
            stage=self.stage,
            tells_customers=given.get("tells_customers", self.setting.tells_customers),
            translations=translations,
            **{kind: given[_name_field(kind, "")] for kind in self._list_texts()},
        )

    def list_groups(self) -> list[LanguageFields]:
        """Return the fields by language, the desk's own first."""
        return [
            LanguageFields(language, [self[_name_field(kind, code)] for kind in self._list_texts()])
            for code, language in [("", ""), *self.languages]
        ]

    def preview(self, list_facts: Callable[[], Mapping[str, str]]) -> list[Preview]:
        """Return what customers read, in each language; of the stored row if the form isn't valid.

        The desk's own language comes first. A text that is sent in several languages is shown once
        for each of them. list_facts: returns what placeholders stand for, in the active language.
        """
        setting = self.build() if self.is_bound and self.is_valid() else self.setting
        languages = sorted(list_offered_languages(), key=lambda one: one[0] != self.desk.language)
        return [
            _preview(self.stage, setting, list_facts, code, str(language))
            for code, language in languages
        ]


def _preview(
    stage: Stage,
    setting: StageSetting,
    list_facts: Callable[[], Mapping[str, str]],
    code: str,
    language: str,
) -> Preview:
    with translation.override(code):
        facts = list_facts()  # a date is written as the language writes it
        is_told = stage != Stage.DUPLICATE and setting.tells_customers
        back = get_back_text(setting) if is_told and stage in BACK_STAGES else ""
        return Preview(
            language=language,
            code=code,
            name=get_stage_name(stage, setting),
            text=fill_text(get_stage_text(stage, setting), facts) if is_told else "",
            back_text=fill_text(back, facts),
        )


def _name_field(kind: str, code: str) -> str:
    return f"{kind}_{code.replace('-', '_')}" if code else kind


def _is_text(name: str) -> bool:
    return name.startswith((TEXT, BACK))


def _make_field(kind: str, code: str, *, placeholder: str) -> forms.CharField:
    attrs = {"placeholder": placeholder, "dir": "auto"} | ({"lang": code} if code else {})
    if kind == NAME:
        widget = forms.TextInput(attrs=attrs)
        return LineField(label=_("Name"), max_length=MAX_NAME, required=False, widget=widget)
    label = _("Text if a fix moves back") if kind == BACK else _("Text for customers")
    rows = 3 if kind == BACK else 6
    return TextField(
        label=label, required=False, widget=forms.Textarea(attrs={**attrs, "rows": rows})
    )
