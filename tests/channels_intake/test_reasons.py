"""Every stored reason has a sentence, in the reader's language."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from channels_intake.models import InboundMessage
from channels_intake.reasons import _SENTENCES, InboundReason, describe_reason

DATA = {
    "ticket": "RC-1042",
    "name": "Ana Souza",
    "address": "help@acme.example",
    "error": "KeyError: 100% odd",
    "provider": "pigeon",
    "fields": "From",
    "maximum": 5000,
}


@pytest.mark.parametrize("reason", InboundReason)
def test_a_reason_has_a_sentence_with_its_parameters(reason: InboundReason) -> None:
    sentence = describe_reason(reason, DATA)
    assert re.fullmatch(r"(?:[A-Z“]).+", sentence)
    assert "%" not in sentence.replace("100% odd", "")
    assert len(reason) <= InboundMessage._meta.get_field("reason").max_length


def test_no_sentence_is_left_over() -> None:
    assert set(_SENTENCES) == set(InboundReason)


def test_parameters_are_shown_as_stored() -> None:
    assert describe_reason("joined_by_headers", {"ticket": "RC-1042"}) == (
        "It was added to RC-1042 because it replies to an email there."
    )
    assert describe_reason("error", {"error": "%(x)s"}) == "Processing failed: %(x)s"


def test_a_row_without_a_reason_has_no_sentence() -> None:
    assert InboundMessage().explanation == ""


def test_a_code_of_a_newer_version_is_shown_as_it_is() -> None:
    assert describe_reason("of_tomorrow", {}) == "of_tomorrow"


def test_missing_parameters_never_fail_a_page() -> None:
    assert describe_reason("too_many_fields", {}) == "too_many_fields"


def test_the_sentence_is_made_when_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    row = InboundMessage(reason=InboundReason.DUPLICATE)
    monkeypatch.setitem(_SENTENCES, InboundReason.DUPLICATE, translation.gettext_lazy("Yes"))
    with translation.override("de"):
        assert row.explanation == "Ja"
    with translation.override("en"):
        assert row.explanation == "Yes"
