"""Every heading and label of the admin site comes from the catalogs."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.utils.functional import Promise

BUILT_IN = {"__str__"}


def get_label(model: type[Model], page: Any, name: Any) -> Any:
    """Return the label as it is declared, before it is translated."""
    if callable(name):
        return getattr(name, "short_description", None)
    columns = {field.name: field.verbose_name for field in model._meta.concrete_fields}
    if name in columns:
        return columns[name]
    shown = getattr(page, name, None) or getattr(model, name, None)
    return getattr(shown, "short_description", None)


@pytest.mark.parametrize(
    ("model", "page"), admin.site._registry.items(), ids=lambda each: getattr(each, "__name__", "")
)
def test_every_column_and_read_only_field_has_a_translated_label(
    model: type[Model], page: Any
) -> None:
    named = [*page.list_display, *page.readonly_fields]
    missing = [
        name
        for name in named
        if name not in BUILT_IN and not isinstance(get_label(model, page, name), Promise)
    ]
    assert missing == []
