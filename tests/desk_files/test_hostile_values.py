"""A value that nobody expects is a problem of the file, or is taken; never an error page."""

from __future__ import annotations

import math
from typing import Any

import pytest

from helpdesk.desk_files import applying
from helpdesk.desk_files.applying import plan_file
from helpdesk.desk_files.reading import DeskFile
from helpdesk.desk_files.registry import SECTIONS
from helpdesk.desk_files.sections import Section
from tests.cast import Cast

HOSTILE = [[[1]], {"a": {"b": 1}}, 10**30, "x" * 3000, None, math.nan]


def make_rows(section: Section, cast: Cast) -> Any:
    """Return a row for each field of a section; each field has another one of the values."""
    fields = sorted(section.list_fields(cast.admin) - set(section.key_names) - {"slug"})
    values = {field: HOSTILE[place % len(HOSTILE)] for place, field in enumerate(fields)}
    if section.name == "desk":
        return values
    names = (dict.fromkeys(section.key_names, f"A {field}") for field in fields)
    return [{**name, field: values[field]} for name, field in zip(names, fields, strict=True)]


def test_every_field_of_every_section_takes_or_refuses_any_value(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "MAX_PROBLEMS", 1000)
    content = {each.name: make_rows(each, in_rocket) for each in SECTIONS}
    assert len(plan_file(DeskFile(content, {}), agent=in_rocket.admin).problems) > len(SECTIONS)
