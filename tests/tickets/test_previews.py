"""Previews of images: planned by their size, made later one by one, within a message's budget."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageFile

from accounts.pictures.images import MAX_PIXELS, PictureError, PictureProblem
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.effort import spend_at_most
from tickets import tasks
from tickets.attachments import previews
from tickets.attachments.files import NewFile
from tickets.attachments.previews import (
    MAX_ATTEMPTS,
    PreviewProblem,
    make_due_preview,
    make_preview,
)
from tickets.models import Attachment
from tickets.services import add_note

Queued = list[tuple[str, dict[str, Any]]]
Hooks = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]

# One bit per pixel and a palette: Pillow checks the mode by an assert (found by mutation).
PALETTE_IMAGE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000018000000110103000000fdb6fe73"
    "00000003544c5445000000533519c90000000c49444154789c6360a01c000000440001d7e348fd0000000049454e44ae426082"
)


def bomb(width: int = 6000, height: int = 3980) -> bytes:
    """Return a WebP of 34 bytes that takes 0.7 seconds to decode."""
    bits = (width - 1) | (height - 1) << 14 | 1 << 28
    frame = b"\x2f" + bits.to_bytes(4, "little") + bytes.fromhex("071011118888fe07")
    chunk = b"VP8L" + len(frame).to_bytes(4, "little") + frame + b"\0"
    return b"RIFF" + (4 + len(chunk)).to_bytes(4, "little") + b"WEBP" + chunk


def png(width: int = 40, height: int = 20) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> Queued:
    """Return the tasks that are queued, in order."""
    queued: Queued = []

    def send(name: str, kwargs: dict[str, Any], **options: Any) -> bool:
        queued.append((str(name), kwargs))
        return True

    monkeypatch.setattr("tickets.queueing._send", send)
    return queued


def attach(cast: Cast, *contents: bytes) -> list[Attachment]:
    """Add a note with these files; return them."""
    ticket = cast.open_ticket()
    files = tuple(NewFile(f"{n}.png", "image/png", content) for n, content in enumerate(contents))
    note = add_note(ticket_id=ticket.pk, agent=cast.analyst, text="", files=files, at=NOON)
    return list(note.attachments.order_by("pk"))


def reload(attachment: Attachment) -> Attachment:
    return Attachment.objects.get(pk=attachment.pk)


# --- Planning ---


def test_files_are_stored_without_decoding_a_pixel(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents, decoded = [bomb(), png()], []
    monkeypatch.setattr(Image, "open", lambda *args, **options: decoded.append(args))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: decoded.append(image.size))
    files = attach(in_rocket, *contents)
    assert decoded == []
    assert [(f.preview.name, f.is_preview_due, f.preview_pixels) for f in files] == [
        ("", True, 6000 * 3980),
        ("", True, 800),
    ]


def test_a_message_has_a_budget_of_pixels_and_what_fits_is_still_shown(in_rocket: Cast) -> None:
    files = attach(in_rocket, *[bomb()] * 6, png())
    planned = [f for f in files if f.is_preview_due]
    assert sum(f.preview_pixels for f in planned) <= previews.MAX_PIXELS_OF_MESSAGE
    assert [f.preview_problem for f in files] == ["", "", "", "", "too_many", "too_many", ""]
    assert all(f.file for f in files)


def test_many_small_images_have_a_limit_too(in_rocket: Cast) -> None:
    files = attach(in_rocket, *[png(1, 1)] * 110)
    assert sum(f.is_preview_due for f in files) == 100


def test_an_image_over_the_limit_stays_a_file(in_rocket: Cast) -> None:
    side = int(MAX_PIXELS**0.5)
    fits, too_large = attach(in_rocket, bomb(side, side), bomb(side + 1, side + 1))
    assert (fits.preview_problem, fits.is_preview_due) == ("", True)
    assert (too_large.preview_problem, too_large.is_preview_due) == ("too_large", False)


def test_other_files_get_no_preview_and_no_remark(in_rocket: Cast) -> None:
    files = attach(in_rocket, b"%PDF-1.4", b"<svg xmlns='x'/>", b"GIF89a", b"II*\x00" + bytes(99))
    assert [(f.is_preview_due, f.preview_problem) for f in files] == [(False, "")] * 4


def test_previews_are_queued_once_after_the_commit(
    in_rocket: Cast, queued: Queued, django_capture_on_commit_callbacks: Hooks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        attach(in_rocket, png(), b"text", png())
        assert queued == []
    assert [given for name, given in queued if name == previews.MAKE_PREVIEWS] == [{}]
    queued.clear()
    with django_capture_on_commit_callbacks(execute=True):
        attach(in_rocket, b"text")
    assert previews.MAKE_PREVIEWS not in [name for name, _ in queued]


# --- Making ---


def test_a_preview_is_made_once(in_rocket: Cast) -> None:
    (file,) = attach(in_rocket, png(3200, 100))
    assert make_preview(attachment_id=file.pk, at=NOON)
    made = reload(file)
    image = Image.open(made.preview)
    assert (image.format, image.size) == ("PNG", (1600, 50))
    assert (made.is_preview_due, made.preview_problem) == (False, "")
    assert not make_preview(attachment_id=file.pk, at=NOON)
    assert reload(file).preview.name == made.preview.name


def test_a_bomb_within_the_limit_is_decoded_outside_of_our_process(in_rocket: Cast) -> None:
    assert len(bomb()) == 34
    (file,) = attach(in_rocket, bomb())
    with spend_at_most(30):  # decoding it takes 70
        assert make_preview(attachment_id=file.pk, at=NOON)
    assert Image.open(reload(file).preview).size == (1600, 1061)


@pytest.mark.parametrize("content", [PALETTE_IMAGE, PALETTE_IMAGE[:40]])
def test_a_broken_image_stays_a_file(in_rocket: Cast, content: bytes) -> None:
    (file,) = attach(in_rocket, content)
    assert not make_preview(attachment_id=file.pk, at=NOON)
    kept = reload(file)
    assert (kept.preview_problem, kept.is_preview_due) == ("unreadable", False)
    assert kept.file
    assert not kept.preview


def test_an_image_that_takes_too_long_is_not_tried_again(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*args: Any, **options: Any) -> bytes:
        raise PictureError(PictureProblem.TOOK_TOO_LONG)

    monkeypatch.setattr(previews, "encode_png", give_up)
    (file,) = attach(in_rocket, png())
    assert not make_preview(attachment_id=file.pk, at=NOON)
    kept = reload(file)
    assert (kept.preview_problem, kept.is_preview_due) == ("took_too_long", False)


def test_an_attempt_is_counted_before_the_image_is_opened(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*args: Any, **options: Any) -> bytes:
        raise KeyboardInterrupt  # the worker is killed: nothing after this runs

    monkeypatch.setattr(previews, "encode_png", die)
    (file,) = attach(in_rocket, png())
    at = NOON
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with pytest.raises(KeyboardInterrupt):
            make_preview(attachment_id=file.pk, at=at)
        assert reload(file).preview_attempts == attempt
        at += timedelta(minutes=5)
    assert not make_preview(attachment_id=file.pk, at=at)
    kept = reload(file)
    assert (kept.preview_problem, kept.is_preview_due) == (PreviewProblem.GIVEN_UP, False)


def test_without_room_a_preview_is_made_later(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **options: Any) -> str:
        raise OSError("no space left on device")

    (file,) = attach(in_rocket, png())
    with monkeypatch.context() as disk:
        disk.setattr(default_storage, "save", refuse)
        assert not make_preview(attachment_id=file.pk, at=NOON)
    assert reload(file).is_preview_due
    assert make_preview(attachment_id=file.pk, at=NOON + timedelta(minutes=5))


def test_a_file_erased_meanwhile_leaves_no_preview_behind(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = attach(in_rocket, png())
    deleted: list[str] = []

    def erase(*args: Any, **options: Any) -> bytes:
        Attachment.objects.filter(pk=file.pk).delete()
        return png()

    monkeypatch.setattr(previews, "encode_png", erase)
    monkeypatch.setattr(default_storage, "delete", deleted.append)
    assert not make_preview(attachment_id=file.pk, at=NOON)
    assert len(deleted) == 1


def test_another_desk_makes_no_preview(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        (file,) = attach(rocket, png())
    with desk_scope(matter.desk):
        assert make_due_preview(desk_id=matter.desk.pk, at=NOON) == 0
        assert not make_preview(attachment_id=file.pk, at=NOON)
    with desk_scope(rocket.desk):
        assert reload(file).preview_attempts == 0


# --- The sweep ---


def test_the_sweep_makes_the_due_previews_of_every_desk(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            attach(cast, png(), png())
    assert sum(iter(tasks.sweep_previews, 0)) == 4  # a slow machine takes more than one slice
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            assert all(file.preview for file in Attachment.objects.all())


def test_an_image_that_kills_its_worker_waits_behind_the_others(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*args: Any, **options: Any) -> bytes:
        raise KeyboardInterrupt  # the worker is killed: nothing after this runs

    first, second = attach(in_rocket, png(), png())
    desk = in_rocket.desk.pk
    with monkeypatch.context() as poisoned:
        poisoned.setattr(previews, "encode_png", die)
        with pytest.raises(KeyboardInterrupt):
            make_due_preview(desk_id=desk, at=NOON)
    assert [make_due_preview(desk_id=desk, at=NOON) for _ in range(2)] == [1, 0]
    assert (bool(reload(first).preview), bool(reload(second).preview)) == (False, True)
    assert make_due_preview(desk_id=desk, at=NOON + timedelta(minutes=5)) == 1
    assert reload(first).preview
