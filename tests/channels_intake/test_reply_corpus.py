"""What mail programs quote is folded, and what a person wrote stays: measured on real forms.

replies/README.md compares kept libraries on the same cases.
"""

from __future__ import annotations

import pytest

from channels_intake.mime.html_text import html_to_text
from channels_intake.mime.replies import split_reply
from tests.channels_intake.corpus import Case, list_lost_lines, read_cases, squeeze

TEXTS = read_cases("text.txt")
PAGES = read_cases("html.txt")


def read_text(case: Case) -> str:
    return split_reply(case.body, "", subject=case.subject).text


def read_html(case: Case) -> str:
    return html_to_text(split_reply("", case.body, subject=case.subject).html)


@pytest.mark.parametrize("case", TEXTS, ids=str)
def test_readers_see_the_reply_of_a_text(case: Case) -> None:
    assert squeeze(read_text(case)) == squeeze(case.shown)


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_readers_see_the_reply_of_an_html_email(case: Case) -> None:
    assert squeeze(read_html(case)) == squeeze(html_to_text(case.shown))


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_the_text_beside_html_is_the_reply_too(case: Case) -> None:
    text = html_to_text(case.body)
    reply = split_reply(text, case.body, subject=case.subject)
    assert not list_lost_lines([html_to_text(own) for own in case.own], reply.text)


def test_the_bar_of_exactly_right_replies_holds() -> None:
    """85% of texts and 95% of HTML are exactly right; 1% at most lose a line of the person's."""
    texts = [squeeze(read_text(case)) == squeeze(case.shown) for case in TEXTS]
    pages = [squeeze(read_html(case)) == squeeze(html_to_text(case.shown)) for case in PAGES]
    assert len(texts) > 120
    assert sum(texts) >= 0.85 * len(texts)
    assert sum(pages) >= 0.95 * len(pages)
    losing = [case.name for case in TEXTS if list_lost_lines(case.own, read_text(case))]
    losing += [
        case.name
        for case in PAGES
        if list_lost_lines([html_to_text(own) for own in case.own], read_html(case))
    ]
    assert len(losing) <= 0.01 * (len(TEXTS) + len(PAGES)), losing
