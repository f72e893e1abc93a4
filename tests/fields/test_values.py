"""Each kind of field takes what people type and keeps one form of it."""

from __future__ import annotations

import pytest

from tickets.errors import InvalidValueError
from tickets.fields.values import clean_value, describe_value, sort_version
from tickets.models import FormField


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  two   words ", "two words"),
        ("text", None, ""),
        ("long", "one\r\ntwo ", "one\ntwo"),
        ("number", "12,50", "12.5"),
        ("number", "1 000", "1000"),
        ("number", "-0.1000", "-0.1"),
        ("number", "", ""),
        ("date", "2026-11-27", "2026-11-27"),
        ("select", "Web", "Web"),
        ("version", "v8.1.0-rc1", "8.1.0-rc1"),
        ("checkbox", True, "yes"),
        ("checkbox", "Yes", "yes"),
        ("checkbox", False, ""),
        ("checkbox", "no", ""),
        ("link", "example.com/a", "https://example.com/a"),
        ("link", "http://example.com", "http://example.com"),
    ],
)
def test_what_is_typed_is_kept_in_one_form(kind: str, typed: object, kept: str) -> None:
    field = FormField(key="one", label="One", kind=kind, choices=["Web", "Mobile"])
    assert clean_value(field, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", "x" * 201),
        ("long", "x" * 5_001),
        ("number", "12a"),
        ("number", "1.23456"),
        ("number", "1e400"),
        ("date", "2026-02-31"),
        ("date", "tomorrow"),
        ("select", "Desktop"),
        ("version", "latest"),
        ("checkbox", "perhaps"),
        ("link", "javascript:alert(1)"),
        ("link", "ftp://example.com"),
        ("link", "https://"),
    ],
)
def test_what_is_no_value_is_refused_with_the_name_of_the_field(kind: str, typed: str) -> None:
    field = FormField(key="one", label="Root cause", kind=kind, choices=["Web"])
    with pytest.raises(InvalidValueError, match="Root cause: ") as caught:
        clean_value(field, typed)
    assert caught.value.field == "one"


def test_versions_sort_by_their_numbers() -> None:
    versions = ["10.0", "9.11.8", "9.2", "9.11"]
    assert sorted(versions, key=sort_version) == ["9.2", "9.11", "9.11.8", "10.0"]


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("number", "1234.5", "1,234.5"),
        ("checkbox", "yes", "Yes"),
        ("checkbox", "", "No"),
        ("date", "2026-11-27", "Nov 27, 2026"),
        ("date", "no date", "no date"),
        ("text", "plain", "plain"),
    ],
)
def test_values_are_shown_as_people_write_them(kind: str, value: str, shown: str) -> None:
    assert describe_value(kind, value) == shown
