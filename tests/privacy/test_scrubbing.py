"""Whole names and addresses are found, never pieces of longer ones; in PostgreSQL and Python."""

from __future__ import annotations

import re

import pytest

from accounts.models import Product
from accounts.privacy.scrubbing import MARK, build_pattern, scrub
from tests.cast import Cast
from tickets.models import FormField

WORDS = ("ann@x.example", "Ann O'Hara")
CASES = [
    ("ann@x.example", "[erased]"),
    ("Ask ANN@X.example.", "Ask [erased]."),
    ("<ann@x.example>, (Ann O'Hara)", "<[erased]>, ([erased])"),
    ("joann@x.example", "joann@x.example"),
    ("jo.ann@x.example", "jo.ann@x.example"),
    ("ann@x.example.org", "ann@x.example.org"),
    ("ann@x.example-foo", "ann@x.example-foo"),
    ("ann@xxexample", "ann@xxexample"),
    ("Ann\n O'Hara", "[erased]"),
    ("Ann O'Haras", "Ann O'Haras"),
    ("Joann O'Hara", "Joann O'Hara"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_in_python(text: str, expected: str) -> None:
    assert re.sub(build_pattern(WORDS), MARK, text, flags=re.IGNORECASE) == expected


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_in_a_text_column_and_in_json_also_behind_a_line_break(
    in_rocket: Cast, text: str, expected: str
) -> None:
    product = Product.objects.create(desk=in_rocket.desk, name=text)
    field = FormField.objects.create(desk=in_rocket.desk, key="k", label="l", choices=["\n" + text])
    for model in (Product, FormField):
        assert scrub(model.objects.all(), build_pattern(WORDS)) == (text != expected)
    product.refresh_from_db()
    field.refresh_from_db()
    assert product.name == expected
    assert field.choices == ["\n" + expected]


def test_no_words_change_nothing(in_rocket: Cast) -> None:
    assert build_pattern(["", "  "]) == ""
    assert scrub(Product.objects.all(), "") == 0
