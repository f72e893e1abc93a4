"""Admin form fields for the texts that a desk can write in several languages.

A page lists its texts once. Each language that readers can have, other than the desk's own, gets a
fieldset with the same fields; an empty field falls back to the desk's own text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model
from django.utils.translation import gettext
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.admin.access import AdminRequest
from accounts.admin.conflicts import ConflictGuardMixin
from accounts.places.languages import list_offered_languages
from accounts.texts import find_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Languages = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a row. name: of its form field; path: its keys in ``translations``."""

    name: str
    path: tuple[str, ...]
    label: StrOrPromise
    help_text: StrOrPromise = ""
    max_length: int | None = None
    is_long: bool = False

    def get_field_name(self, language: str) -> str:
        """Return the name of the form field for the text in a language."""
        return f"{self.name}_{language.replace('-', '_')}"

    def make_field(self, *, placeholder: StrOrPromise = "", language: str = "") -> forms.CharField:
        """Return the form field. language: of the text, if it is not the desk's own."""
        attrs = {"placeholder": placeholder, "dir": "auto"}
        if language:
            attrs["lang"] = language
        widget = (
            UnfoldAdminTextareaWidget(attrs={**attrs, "rows": 3})
            if self.is_long
            else UnfoldAdminTextInputWidget(attrs=attrs)
        )
        return forms.CharField(
            label=self.label,
            max_length=self.max_length,
            required=False,
            help_text=self.help_text,
            widget=widget,
        )


def list_languages_to_translate(own: str, translations: Mapping[str, Any]) -> Languages:
    """Return the languages that get fields: all but the desk's own, unless it has texts stored.

    Texts in a language stay editable when it becomes the desk's own.
    """
    return [
        (code, name)
        for code, name in list_offered_languages()
        if code != own or translations.get(code)
    ]


class TranslatedForm(ConflictGuardMixin, forms.ModelForm):
    """A form whose texts have a field per language, kept in the row's ``translations``."""

    texts: ClassVar[Sequence[Text]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.translations
        self.languages = list_languages_to_translate(self.get_own_language(), stored)
        for code, _name in self.languages:
            for text in self.texts:
                name = text.get_field_name(code)
                placeholder = self.get_fallback(text, code)
                self.fields[name] = text.make_field(placeholder=placeholder, language=code)
                self.initial[name] = find_text(stored, code, *text.path)

    def get_own_language(self) -> str:
        """Return the language of the desk's own texts."""
        raise NotImplementedError

    def get_fallback(self, text: Text, language: str) -> StrOrPromise:
        """Return what readers of a language get if the text is not translated."""
        raise NotImplementedError

    def save(self, commit: bool = True) -> Any:
        translations = deepcopy(self.instance.translations)
        for code, _name in self.languages:
            for text in self.texts:
                entered = self.cleaned_data.get(text.get_field_name(code), "")
                _store(translations, (code, *text.path), entered)
        self.instance.translations = translations
        return super().save(commit)


def _store(texts: dict[str, Any], path: Sequence[str], text: str) -> None:
    """Set or remove the text at the end of a path, and remove what is left empty."""
    key, *rest = path
    if rest:
        below = texts.setdefault(key, {})
        _store(below, rest, text)
        if not below:
            del texts[key]
    elif text:
        texts[key] = text
    else:
        texts.pop(key, None)


class TranslatedAdmin(ModelAdmin):
    """A page with a fieldset per language for the texts of its form."""

    text_rows: ClassVar[Sequence[tuple[str, ...]]]  # names of texts that share a row

    def get_own_language(self, request: AdminRequest, obj: Any) -> str:
        """Return the language of the desk's own texts."""
        raise NotImplementedError

    def get_fieldsets(self, request: AdminRequest, obj: Model | None = None) -> Any:
        translations = getattr(obj, "translations", {})
        own = self.get_own_language(request, obj)
        return [
            *super().get_fieldsets(request, obj),
            *(
                self._make_fieldset(code, name)
                for code, name in list_languages_to_translate(own, translations)
            ),
        ]

    def _make_fieldset(self, code: str, name: str) -> tuple[str, dict[str, Any]]:
        texts = {text.name: text.get_field_name(code) for text in self.form.texts}
        rows = [tuple(texts[text] for text in row) for row in self.text_rows]
        description = gettext(
            "Shown to people who use this language. "
            "Leave a field empty to show the desk's own text."
        )
        title = gettext("Texts in %(language)s") % {"language": name}
        return title, {"fields": rows, "description": description}

    def get_form(
        self, request: AdminRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form class. It adds the fields of texts itself, per row."""
        known = {*self.form.base_fields, *(field.name for field in self.opts.get_fields())}
        named = kwargs.get("fields") or flatten_fieldsets(self.get_fieldsets(request, obj))
        kwargs["fields"] = [name for name in named if name in known]
        return super().get_form(request, obj, change, **kwargs)
