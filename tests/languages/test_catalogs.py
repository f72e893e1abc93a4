"""The translation catalogs are complete, keep every placeholder, and fall back to English whole."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation.trans_real import to_locale

from helpdesk.catalogs import (
    LOCALE_DIR,
    extract_messages,
    is_missing,
    lengthen,
    list_catalogs,
    read_catalog,
    turn_around,
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
TAG = re.compile(r"</?\w+[^>]*>")
LANGUAGES = [path.parent.parent.name for path in list_catalogs()]


@pytest.fixture(scope="module")
def source() -> Catalog:
    return extract_messages()


def catalog_of(language: str) -> Catalog:
    return read_catalog(LOCALE_DIR / language / "LC_MESSAGES" / "django.po")


def forms_of(message: Message) -> list[tuple[str, str]]:
    """The (source, translation) pairs of a message, one per plural form."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    [one, many] = message.id
    strings = list(message.string)
    return [(one, strings[0]), *((many, string) for string in strings[1:])]


def marks(text: str) -> tuple[Counter[str], Counter[str]]:
    return Counter(PLACEHOLDER.findall(text)), Counter(TAG.findall(text))


# Sentences of at least this many letters are never the same in two languages.
MIN_SENTENCE = 12


def test_no_catalog_holds_the_sentences_of_another_language() -> None:
    catalogs = [catalog_of(language) for language in LANGUAGES]
    wrong = []
    for message in catalogs[0]:
        others = [other.get(message.id, message.context) for other in catalogs[1:]]
        wrong += [
            text
            for source, text in (forms_of(message) if message.id else ())
            for other in others
            if other and text in dict.fromkeys(t for _, t in forms_of(other))
            if text != source and len(PLACEHOLDER.sub("", text)) >= MIN_SENTENCE
        ]
    assert wrong == []


def test_every_language_of_the_settings_has_a_catalog() -> None:
    offered = {code for code, _ in settings.LANGUAGES} - {"en", "en-xa", "ar-xb"}
    assert {to_locale(code) for code in offered} == set(LANGUAGES)


def test_the_source_has_strings_in_code_and_in_templates(source: Catalog) -> None:
    places = {place.partition("/")[0] for message in source for place, _ in message.locations}
    assert {"templates", "helpdesk", "tickets", "accounts"} <= places


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_string_lacks_a_translation(language: str, source: Catalog) -> None:
    catalog = catalog_of(language)
    found = [catalog.get(message.id, message.context) for message in source if message.id]
    missing = [
        message.id
        for message, translated in zip([m for m in source if m.id], found, strict=True)
        if translated is None or is_missing(translated)
    ]
    assert missing == [], "run `make messages` and translate these"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalog_keeps_strings_that_nobody_shows(language: str, source: Catalog) -> None:
    unused = [
        message.id
        for message in catalog_of(language)
        if message.id and source.get(message.id, message.context) is None
    ]
    assert unused == [], "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_placeholders_and_tags(language: str) -> None:
    """A plural form for one may leave the number out, as "one reply" does."""
    for message in catalog_of(language):
        if not message.id or is_missing(message):
            continue
        for index, (original, translated) in enumerate(forms_of(message)):
            (wanted, tags), (given, given_tags) = marks(original), marks(translated)
            assert given_tags == tags, translated
            assert given == wanted or (
                index == 0 and len(forms_of(message)) > 1 and given < wanted
            ), translated


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_begins_or_ends_with_other_white_space(language: str) -> None:
    for message in catalog_of(language):
        for original, translated in forms_of(message) if message.id else []:
            assert (translated[:1].isspace(), translated[-1:].isspace()) == (
                original[:1].isspace(),
                original[-1:].isspace(),
            ), translated


def test_a_string_that_a_catalog_lacks_is_english_as_a_whole() -> None:
    with translation.override("de"):
        assert (
            gettext("A sentence nobody has translated yet.")
            == "A sentence nobody has translated yet."
        )
        assert ngettext("%(n)s lone cat", "%(n)s lone cats", 2) == "%(n)s lone cats"


def test_pseudo_locales_leave_placeholders_and_tags_alone() -> None:
    text = 'See <a href="%(url)s">%(count)s tickets</a> &amp; more: 100%%'
    for change in (lengthen, turn_around):
        assert marks(change(text)) == marks(text)
        assert "%%" in change(text)


def test_compiled_catalogs_are_not_kept_in_the_repository() -> None:
    ignored = (Path(settings.BASE_DIR) / ".gitignore").read_text().split()
    assert "*.mo" in ignored
