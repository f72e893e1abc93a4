"""The form of a known issue: what customers read about a defect in the portal, by language."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.admin.texts import list_languages_to_translate
from accounts.texts import find_text
from helpdesk.agent.defects.forms import PUBLIC_TEXTS, RevisionForm, make_line, make_text
from tickets.models import Defect


class PublicationForm(RevisionForm):
    """The known issue of a defect, as customers read it in the portal."""

    is_published = forms.BooleanField(
        label=_("Show in the portal"),
        required=False,
        help_text=_("Customers can read it and report that it affects them, too."),
    )
    public_title = make_line(
        _("Public title"),
        200,
        error_messages={
            "required": _("Write a public title first. Customers don't see the internal one.")
        },
    )
    public_text = make_text(_("Public text"), 6)

    def __init__(self, *args: Any, defect: Defect, **kwargs: Any) -> None:
        super().__init__(*args, defect=defect, **kwargs)
        self.initial.setdefault("is_published", defect.is_published or not defect.public_title)
        self.initial.setdefault("public_title", defect.public_title)
        self.initial.setdefault("public_text", defect.public_text)
        stored = defect.public_translations
        self.languages = list_languages_to_translate(defect.desk.language, stored)
        for code, _name in self.languages:
            for name in PUBLIC_TEXTS:
                self._add_translation(name, code, find_text(stored, code, name))

    def _add_translation(self, name: str, code: str, stored: str) -> None:
        field = copy(self.base_fields[name])
        field.required, field.widget = False, copy(field.widget)
        field.widget.attrs = {**field.widget.attrs, "lang": code}
        field.widget.is_required = False
        self.fields[_name_translation(name, code)] = field
        self.initial.setdefault(_name_translation(name, code), stored)

    def list_own_fields(self) -> list[BoundField]:
        """Return the fields that no language has for itself, for the template."""
        return [self[name] for name in ("is_published", *PUBLIC_TEXTS)]

    def list_groups(self) -> list[tuple[str, str, list[BoundField]]]:
        """Return code and name of each other language, with its fields, for the template."""
        return [
            (code, str(name), [self[_name_translation(text, code)] for text in PUBLIC_TEXTS])
            for code, name in self.languages
        ]

    def get_translations(self) -> dict[str, dict[str, str]]:
        """Return what was entered in each other language."""
        found: dict[str, dict[str, str]] = {}
        for code, _name in self.languages:
            texts = {
                name: self.cleaned_data[_name_translation(name, code)] for name in PUBLIC_TEXTS
            }
            if entered := {name: text for name, text in texts.items() if text}:
                found[code] = entered
        return found


def _name_translation(name: str, code: str) -> str:
    return f"{name}_{code.replace('-', '_')}"
