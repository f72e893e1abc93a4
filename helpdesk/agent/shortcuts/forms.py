"""A field for each keyboard shortcut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from helpdesk.shared.shortcuts import (
    SHORTCUTS,
    SPACE,
    clean_keys,
    find_repeated,
    get_own_keys,
    list_changes,
)

MAX_LENGTH = 5  # of "Space"


class ShortcutsForm(forms.Form):
    """Keys by shortcut. An empty field turns one off."""

    def __init__(self, *args: Any, keys: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = get_own_keys(keys)
        self.names = {f"keys_{place}": name for place, name in enumerate(SHORTCUTS)}
        for field, name in self.names.items():
            self.fields[field] = forms.CharField(
                label=str(SHORTCUTS[name]),
                required=False,
                max_length=MAX_LENGTH,
                initial=own.get(name, name),
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse keys that can't be pressed, or that two shortcuts share."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        keys = {name: clean_keys(given.get(field) or "") for field, name in self.names.items()}
        fields = {name: field for field, name in self.names.items()}
        for name in [name for name, text in keys.items() if text is None]:
            self.add_error(fields[name], _("Enter one key, or two keys separated by a space."))
        for name in [name for name, text in keys.items() if text == SPACE != name]:
            self.add_error(fields[name], _("Only the preview of a row can use the space bar."))
        valid = {name: text for name, text in keys.items() if text is not None}
        for name in find_repeated(valid):
            text = _("Another shortcut uses this key or starts with it. Choose a different key.")
            self.add_error(fields[name], text)
        return {"keys": list_changes(valid)}
