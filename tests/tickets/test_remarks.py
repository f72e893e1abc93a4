"""Every stored remark has a sentence, in the reader's language."""

from __future__ import annotations

import json

import pytest
from django.utils import translation

from tickets.sentences.remarks import _SENTENCES, Remark, RemarkCode, describe_remark, make_remark

PARAMETERS = {
    "number": 2,
    "maximum": 1_000_000,
    "name": "50% off.pdf",
    "count": 3,
    "addresses": "a",
    "address": "a",
    "domain": "d",
    "subject": "s",
    "given": "g",
    "text": "t",
}


@pytest.mark.parametrize("code", RemarkCode)
def test_a_remark_has_a_sentence_with_its_parameters(code: RemarkCode) -> None:
    sentence = describe_remark({"code": code.value, **PARAMETERS})
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert "%" not in sentence.replace("50% off.pdf", "")


def test_no_sentence_is_left_over() -> None:
    assert set(_SENTENCES) == set(RemarkCode)


def test_a_remark_survives_storage() -> None:
    remark = make_remark(RemarkCode.FILE_TOO_LARGE, name="log.pdf", maximum=25)
    stored = json.loads(json.dumps(remark.to_json()))
    assert stored == {"code": "file_too_large", "name": "log.pdf", "maximum": 25}
    assert describe_remark(stored) == (
        "The attachment “log.pdf” was left out because it is larger than 25 MiB."
    )


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "1 attachment was left out because the email has too many."),
        (2, "2 attachments were left out because the email has too many."),
    ],
)
def test_counts_have_their_plural(count: int, sentence: str) -> None:
    assert describe_remark({"code": "too_many_files", "count": count}) == sentence


@pytest.mark.parametrize(("language", "number"), [("en", "1,000,000"), ("de", "1.000.000")])
def test_limits_are_written_as_the_readers_language_does(language: str, number: str) -> None:
    with translation.override(language):
        assert number in describe_remark({"code": "text_cut", "maximum": 1_000_000})


def test_equal_remarks_are_one() -> None:
    damaged = make_remark(RemarkCode.PART_DAMAGED, number=1)
    assert len({damaged, make_remark(RemarkCode.PART_DAMAGED, number=1)}) == 1
    assert damaged != make_remark(RemarkCode.PART_DAMAGED, number=2)
    assert damaged != Remark(RemarkCode.PART_DAMAGED)


@pytest.mark.parametrize(
    "stored",
    [
        {"code": "of_tomorrow"},
        {"code": "file_too_large", "name": "log.pdf"},
        {"code": "too_many_files"},
        {"code": "more", "count": "many"},
    ],
)
def test_what_another_version_stored_never_fails_a_page(stored: dict[str, str]) -> None:
    assert describe_remark(stored) == stored["code"]
