"""Files of messages and notes: safe names, random paths, and a storage that has no room."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from tests.cast import NOON, Cast
from tests.previews import make_previews
from tickets.attachments.files import NewFile, clean_file_name, fill_missing
from tickets.attachments.storage import keep_texts
from tickets.models import Attachment
from tickets.services import add_note


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\Ana\notes.txt", "notes.txt"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie x"),
        ('say "hi" <now>?.txt', "say hi now.txt"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("  . hidden.txt . ", "hidden.txt"),
        ("Größe ≤ 5.png", "Größe ≤ 5.png"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
    ],
)
def test_a_file_name_is_safe_in_pages_and_headers(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean


def add_file(cast: Cast, file: NewFile) -> Attachment:
    ticket = cast.open_ticket()
    note = add_note(ticket_id=ticket.pk, agent=cast.analyst, text="", files=(file,), at=NOON)
    return Attachment.objects.get(note=note)


def test_a_file_is_stored_under_a_random_name_of_its_desk(in_rocket: Cast) -> None:
    file = NewFile("../log.txt", "text/plain", b"frozen", content_id="part1")
    first, second = add_file(in_rocket, file), add_file(in_rocket, file)
    assert (first.name, first.size, first.content_id) == ("log.txt", 6, "part1")
    assert first.sha256 == hashlib.sha256(b"frozen").hexdigest()
    assert first.file.name != second.file.name
    assert first.file.name.startswith(f"{in_rocket.desk.pk}/")
    assert "log" not in first.file.name
    assert first.file.read() == b"frozen"
    assert not first.preview
    assert not first.is_missing


def refuse(*args: Any, **kwargs: Any) -> str:
    raise OSError("no space left on device")


def test_a_file_without_room_is_missing_and_can_be_filled_in_later(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, keep_texts():
        patch.setattr(default_storage, "save", refuse)
        stored = add_file(in_rocket, NewFile("log.txt", "text/plain", b"frozen"))
        assert stored.is_missing
        assert (stored.name, stored.size) == ("log.txt", 6)
        assert fill_missing(stored, b"frozen", at=NOON) is False
        assert Attachment.objects.get(pk=stored.pk).is_missing
    assert fill_missing(stored, b"frozen", at=NOON) is True
    again = Attachment.objects.get(pk=stored.pk)
    assert again.file.read() == b"frozen"
    assert not again.is_preview_due


def test_an_image_filled_in_later_gets_its_preview_then(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.BytesIO()
    Image.new("RGB", (4, 3)).save(content, "PNG")
    with monkeypatch.context() as patch, keep_texts():
        patch.setattr(default_storage, "save", refuse)
        stored = add_file(in_rocket, NewFile("a.png", "image/png", content.getvalue()))
    assert not stored.is_preview_due
    assert fill_missing(stored, content.getvalue(), at=NOON)
    assert make_previews() == 1
    assert Attachment.objects.get(pk=stored.pk).preview


def test_a_file_alone_is_a_message(in_rocket: Cast) -> None:
    stored = add_file(in_rocket, NewFile("only.txt", "text/plain", b"x"))
    assert stored.note is not None
    assert stored.note.body_text == ""


def test_long_types_and_ids_are_cut_to_their_columns(in_rocket: Cast) -> None:
    file = NewFile("a.txt", "text/" + "x" * 200, b"x", content_id="i" * 300)
    stored = add_file(in_rocket, file)
    assert (len(stored.content_type), len(stored.content_id)) == (120, 250)
