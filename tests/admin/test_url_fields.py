"""A URL that is entered without a scheme is https, in every form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django import forms
from django.contrib import admin
from django.db import models

import helpdesk.urls  # noqa: F401  # imports every form
from channels_intake.models import PagingService
from tests.cast import Cast


def list_forms(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in base.__subclasses__():
        yield form
        yield from list_forms(form)


def test_forms_take_https() -> None:
    fields = {
        f"{form.__module__}.{form.__qualname__}.{name}": field.assume_scheme
        for form in list_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.URLField)
    }
    assert len(fields) > 5
    assert {name for name, scheme in fields.items() if scheme != "https"} == set()


@pytest.mark.filterwarnings("error")
def test_fields_that_the_admin_makes_from_a_model_take_https(rocket: Cast) -> None:
    pairs = [
        (page, field)
        for model, page in admin.site._registry.items()
        for field in model._meta.concrete_fields
        if isinstance(field, models.URLField) and field.editable
    ]
    assert PagingService in {field.model for _page, field in pairs}
    for page, field in pairs:
        made = page.formfield_for_dbfield(field, None)  # type: ignore[arg-type] # of the test
        assert isinstance(made, forms.URLField)
        assert made.assume_scheme == "https"
