"""Texts for customers: the desk's own or the usual ones, with public facts only."""

from __future__ import annotations

import pytest
from django.utils import translation

from accounts.models import Desk
from tickets.defects.updates.texts import (
    PLACEHOLDERS,
    USUAL_TEXTS,
    fill_text,
    get_back_text,
    get_stage_name,
    get_stage_text,
    list_unknown_placeholders,
    tells_customers,
)
from tickets.models import Stage, StageSetting


def test_a_paragraph_with_a_missing_fact_is_left_out() -> None:
    text = "Fixed in {version}.\n\nDownload: {link}\n\nThanks."
    assert fill_text(text, {"version": "9.1"}) == "Fixed in 9.1.\n\nThanks."
    assert fill_text(text, {"version": "9.1", "link": "https://get.example"}) == (
        "Fixed in 9.1.\n\nDownload: https://get.example\n\nThanks."
    )


def test_a_fact_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert fill_text("{plan}", {"plan": "Use {version}", "version": "9"}) == "Use {version}"


@pytest.mark.parametrize("stage", list(Stage))
def test_the_usual_texts_have_known_placeholders_only(stage: Stage) -> None:
    assert list_unknown_placeholders(str(USUAL_TEXTS[stage])) == []


def test_unknown_placeholders_are_named_for_the_form() -> None:
    assert list_unknown_placeholders("{title} {version} {note} {}") == ["", "note", "title"]
    assert not {"title", "problem", "steps", "note", "workarounds"} & PLACEHOLDERS.keys()


def test_the_desks_own_name_and_text_come_first_in_the_readers_language() -> None:
    own = StageSetting(
        desk=Desk(language="en"),
        stage=Stage.TESTED,
        name="Verified by QA",
        text="QA is done.",
        translations={"de": {"name": "Von QA geprüft", "text": "QA ist fertig."}},
    )
    assert get_stage_name(Stage.TESTED, own) == "Verified by QA"
    assert get_stage_text(Stage.TESTED, own) == "QA is done."
    with translation.override("de"):
        assert get_stage_name(Stage.TESTED, own) == "Von QA geprüft"
        assert get_stage_text(Stage.TESTED, own) == "QA ist fertig."
    assert get_stage_name(Stage.TESTED, None) == "Fix tested internally"


def test_a_text_in_another_language_is_not_sent_instead_of_the_usual_one() -> None:
    own = StageSetting(
        desk=Desk(language="en"),
        stage=Stage.TESTED,
        name="Verified by QA",
        text="QA is done.",
        back_text="QA found more.",
    )
    with translation.override("de"):
        assert get_stage_text(Stage.TESTED, own) == get_stage_text(Stage.TESTED, None)
        assert get_back_text(own) == get_back_text(None)
        assert get_stage_name(Stage.TESTED, own) == "Verified by QA"
    assert get_back_text(own) == "QA found more."


def test_customers_are_not_told_of_what_they_said_themselves() -> None:
    assert not tells_customers(Stage.VERIFIED, None)
    assert tells_customers(Stage.RELEASED, None)
    assert not tells_customers(Stage.RELEASED, StageSetting(tells_customers=False))
