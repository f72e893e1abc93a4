"""Previews of images: encoded by us or not at all; a broken image is stored as a plain file."""

from __future__ import annotations

import pytest

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.files import NewFile, make_preview
from tickets.models import Attachment
from tickets.services import add_note

# One bit per pixel and a palette: Pillow checks the mode by an assert (found by mutation).
PALETTE_IMAGE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000018000000110103000000fdb6fe73"
    "00000003544c5445000000533519c90000000c49444154789c6360a01c000000440001d7e348fd0000000049454e44ae426082"
)


@pytest.mark.parametrize(
    "content", [PALETTE_IMAGE, PALETTE_IMAGE[:40], b"GIF89a", b"\xff\xd8\xff\xe0", b""]
)
def test_a_broken_image_has_no_preview(content: bytes) -> None:
    assert make_preview(content) is None


def test_a_broken_image_does_not_block_its_message(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        file = NewFile("screen.png", "image/png", PALETTE_IMAGE)
        note = add_note(
            ticket_id=ticket.pk, agent=rocket.analyst, text="See there.", files=(file,), at=NOON
        )
        kept = Attachment.objects.get(note=note)
    assert kept.file
    assert not kept.preview
