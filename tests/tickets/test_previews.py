"""Previews of images: made by us, or not at all; a broken image is a file like any other."""

from __future__ import annotations

import pytest

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.files import NewFile, make_preview
from tickets.models import Attachment
from tickets.services import add_note

# One bit a pixel and a palette: Pillow's own check of the mode is an assert (found by mutation).
ASSERTS = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000018000000110103000000fdb6fe73"
    "00000003544c5445000000533519c90000000c49444154789c6360a01c000000440001d7e348fd0000000049454e44ae426082"
)


@pytest.mark.parametrize("content", [ASSERTS, ASSERTS[:40], b"GIF89a", b"\xff\xd8\xff\xe0", b""])
def test_a_broken_image_has_no_preview(content: bytes) -> None:
    assert make_preview(content) is None


def test_a_broken_image_does_not_keep_its_message_out(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        file = NewFile("screen.png", "image/png", ASSERTS)
        note = add_note(
            ticket_id=ticket.pk, agent=rocket.analyst, text="See there.", files=(file,), at=NOON
        )
        kept = Attachment.objects.get(note=note)
    assert kept.file
    assert not kept.preview
