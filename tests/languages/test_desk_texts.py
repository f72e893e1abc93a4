"""A desk's own words for states, and its sentences for customers, in the reader's language."""

import pytest
from django.utils import translation

from accounts.models import Desk

PENDING = {"state_words": {"waiting": "Pendente", "customer_waiting": "Aguardando você"}}


@pytest.fixture
def desk() -> Desk:
    words = {"waiting": "Pending", "customer_escalated": "With our developers"}
    return Desk(language="en", state_words=words, translations={"pt-br": PENDING})


def test_a_reader_gets_the_desks_word_in_their_language(desk: Desk) -> None:
    with translation.override("pt-br"):
        assert desk.word_for("waiting") == "Pendente"
        assert desk.word_for_customer("waiting") == "Aguardando você"


def test_a_word_without_a_translation_stays_the_desks_own(desk: Desk) -> None:
    with translation.override("de"):
        assert desk.word_for("waiting") == "Pending"
        assert desk.word_for_customer("waiting") == "Pending"
        assert desk.word_for_customer("escalated") == "With our developers"


def test_a_desk_without_a_word_of_its_own_has_the_usual_one(desk: Desk) -> None:
    assert desk.word_for("investigating") == "At Investigation"
    assert Desk().word_for_customer("waiting") == "Waiting for you"


def test_sentences_are_per_language_too() -> None:
    desk = Desk(
        state_sentences={"escalated": "It is with our developers."},
        translations={"de": {"state_sentences": {"escalated": "Unsere Entwicklung prüft es."}}},
    )
    assert desk.sentence_for("escalated") == "It is with our developers."
    assert desk.sentence_for("open") == ""
    with translation.override("de"):
        assert desk.sentence_for("escalated") == "Unsere Entwicklung prüft es."
