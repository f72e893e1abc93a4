"""Damaged email becomes a valid envelope; `bench/malformed.py` does the same with 10,000."""

import re

from accounts.matching import normalize_email
from channels_intake.mime.envelope import Authentication, AutomaticKind, Envelope
from channels_intake.mime.parsing import parse_message
from channels_intake.mime.quoting import split_quoted
from channels_intake.mime.sanitize import sanitize_html
from tests.channels_intake.mutations import make_corpus
from tests.effort import run_within
from tickets.sentences.remarks import describe_remark

MUTATED_MAILS = 600
BATCH = 50
MAX_EFFORT = 200  # of a batch

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def check_envelope(mail: Envelope) -> None:
    """Assert what everything after the parser relies on."""
    lines = [
        mail.subject,
        mail.sender.name,
        mail.message_id,
        *mail.references,
        *mail.in_reply_to,
        *(describe_remark(note.to_json()) for note in mail.notes),
    ]
    lines += [
        name
        for file in mail.attachments
        for name in (file.name, file.content_type, file.content_id)
    ]
    lines += [address.name for address in mail.cc]
    for text in [*lines, mail.body_text, mail.body_html]:
        assert not UNSTORABLE.search(text)
        text.encode("utf-8")
    for line in lines:
        assert len(line.splitlines()) <= 1
    for email in [mail.sender.email, *mail.recipients, *(address.email for address in mail.cc)]:
        assert email == normalize_email(email)
    assert all(mail.recipients)
    assert all(
        file.name and "/" not in file.name and "\\" not in file.name for file in mail.attachments
    )
    assert mail.date is None or mail.date.tzinfo is not None
    assert isinstance(mail.authentication, Authentication)
    assert isinstance(mail.automatic, AutomaticKind)
    assert mail.authentication is Authentication.NONE
    assert mail.sender.email or mail.notes
    assert "".join(split_quoted(mail.body_text)) == mail.body_text
    assert "<script" not in sanitize_html(mail.body_html)


def test_each_damaged_mail_becomes_a_sound_envelope_in_time():
    corpus = list(make_corpus(MUTATED_MAILS))
    for start in range(0, MUTATED_MAILS, BATCH):
        check_batch(corpus[start : start + BATCH])


def check_batch(batch):
    """Parse damaged mails in bounded time, and check each envelope."""
    mails = run_within(MAX_EFFORT, lambda: [parse_message(raw) for _, raw in batch])
    for (name, _), mail in zip(batch, mails, strict=True):
        try:
            check_envelope(mail)
        except AssertionError as error:
            error.add_note(name)
            raise


def test_the_corpus_is_the_same_each_time():
    assert list(make_corpus(20)) == list(make_corpus(20))
    assert list(make_corpus(20)) != list(make_corpus(20, seed=2))
