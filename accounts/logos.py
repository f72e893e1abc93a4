"""The logo of a desk: an image of our own encoding in the storage, under a name that is never used again.

Everybody may see it, for it stands on the page to log in; so the name holds nothing, and the file may be cached.
"""

from __future__ import annotations

from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.images import encode_png
from accounts.models import Desk

MAX_BYTES = 1024 * 1024
MAX_WIDTH, MAX_HEIGHT = 480, 160  # pixels: three times as many as it is shown with


class LogoError(ValueError):
    """The file cannot be a logo; the text says why, in a sentence."""


def encode_logo(content: bytes) -> bytes:
    """The PNG to be shown for an uploaded file. Raises LogoError."""
    if len(content) > MAX_BYTES:
        raise LogoError("The file is larger than 1 MB; send a smaller one.")
    png = encode_png(content, width=MAX_WIDTH, height=MAX_HEIGHT)
    if png is None:
        raise LogoError("This is no image that can be shown; send a PNG, JPEG, GIF or WebP.")
    return png


def replace_logo(desk: Desk, png: bytes | None) -> str:
    """Put the logo of a desk, or None, in the place of the one before; gives the name of the file that went, or "".
    The caller saves the desk, and deletes that file once nothing can bring the row back."""
    before = desk.logo
    desk.logo = (
        default_storage.save(f"{desk.pk}/logo/{uuid4().hex}.png", ContentFile(png)) if png else ""
    )
    return before
