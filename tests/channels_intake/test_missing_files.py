"""A full disk: the text is kept, and the file is restored when there is room."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from accounts.tenancy import desk_scope
from channels_intake.incoming.missing_files import (
    MAX_ATTEMPTS,
    list_lacking_files,
    restore_files,
)
from channels_intake.incoming.reading import read_envelope
from channels_intake.models import InboundMessage, InboundState
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail, reload
from tickets.models import Attachment, Message

TakeIn = Callable[..., InboundMessage]
LATER = NOON + timedelta(minutes=5)


def full_disk(name: str, content: object) -> str:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_without_room_is_restored_when_there_is_some(
    rocket: Cast, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr(default_storage, "save", full_disk)
        inbound = take_in(make_mail(files=[("log.pdf", b"%PDF-1.4 log")]))
        assert inbound.state == InboundState.PROCESSED
        with desk_scope(rocket.desk):
            assert "nothing works" in Message.objects.get().body_text
            assert Attachment.objects.get().is_missing
        assert list_lacking_files(LATER) == [inbound.pk]
        assert not restore_files(inbound.pk, at=LATER)
        assert reload(inbound).lacks_files

    assert restore_files(inbound.pk, at=LATER)

    assert list_lacking_files(LATER) == []
    assert reload(inbound).attempts == inbound.attempts, "a full disk is no failure"
    with desk_scope(rocket.desk):
        file = Attachment.objects.get()
        assert not file.is_missing
        with file.file.open("rb") as stored:
            assert stored.read() == b"%PDF-1.4 log"


def test_a_mail_with_all_its_files_is_not_read_again(rocket: Cast, take_in: TakeIn) -> None:
    take_in(make_mail(files=[("log.pdf", b"%PDF-1.4 log")]))

    assert list_lacking_files(LATER) == []


def test_one_mail_whose_files_cannot_be_restored_stops_no_other(
    rocket: Cast, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr(default_storage, "save", full_disk)
        bad, good = (
            take_in(
                make_mail(message_id=f"<{n}@acme.example>", files=[("log.pdf", b"%PDF-1.4 log")])
            )
            for n in range(2)
        )

    def poisoned(inbound: InboundMessage) -> object:
        if inbound.pk == bad.pk:
            raise RuntimeError("poison")
        return read_envelope(inbound)

    monkeypatch.setattr("channels_intake.incoming.missing_files.read_envelope", poisoned)
    assert [restore_files(pk, at=LATER) for pk in list_lacking_files(LATER)] == [False, True]
    row = reload(bad)
    assert (row.lacks_files, row.attempts, row.explanation) == (
        True,
        bad.attempts + 1,
        "Processing failed: RuntimeError: poison",
    )
    assert list_lacking_files(LATER) == []
    assert list_lacking_files(LATER + timedelta(hours=1)) == [bad.pk]
    assert not reload(good).lacks_files


def test_an_email_that_kills_its_worker_is_not_read_for_its_files_for_ever(
    rocket: Cast, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr(default_storage, "save", full_disk)
        inbound = take_in(make_mail(files=[("log.pdf", b"%PDF-1.4 log")]))

    def die(inbound: InboundMessage) -> object:
        raise KeyboardInterrupt  # the worker is killed: nothing after this runs

    monkeypatch.setattr("channels_intake.incoming.missing_files.read_envelope", die)
    at, tries = LATER, 0
    while list_lacking_files(at):
        with pytest.raises(KeyboardInterrupt):
            restore_files(inbound.pk, at=at)
        at, tries = at + timedelta(hours=1), tries + 1
    assert tries == MAX_ATTEMPTS - inbound.attempts
    assert reload(inbound).lacks_files
