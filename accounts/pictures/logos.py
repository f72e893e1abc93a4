"""Logos of desks: re-encoded images in the storage, under names that are never reused.

A logo is public, because it is on the sign-in page. Its name reveals nothing, and it can be cached.
"""

from __future__ import annotations

from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.models import Desk
from accounts.pictures.images import PictureError, PictureProblem, encode_png

MAX_BYTES = 1024 * 1024
MAX_WIDTH, MAX_HEIGHT = 480, 160  # pixels: three times the size on the page
MAX_PIXELS = 4_000_000  # of the uploaded file


class LogoError(ValueError):
    """The file cannot be a logo. The message says why."""


def encode_logo(content: bytes) -> bytes:
    """Return an uploaded file as PNG. Raises LogoError."""
    if len(content) > MAX_BYTES:
        raise LogoError(_("The file is larger than 1 MB. Choose a smaller one."))
    try:
        return encode_png(content, width=MAX_WIDTH, height=MAX_HEIGHT, max_pixels=MAX_PIXELS)
    except PictureError as error:
        raise LogoError(_describe(error.problem)) from None


def _describe(problem: PictureProblem) -> str:
    if problem is PictureProblem.UNREADABLE:
        return _("This file is not an image. Choose a PNG, JPEG, GIF or WebP file.")
    return _("This image is too large for a logo. Choose one of up to 2,000 by 2,000 pixels.")


def replace_logo(desk: Desk, png: bytes | None) -> str:
    """Replace a desk's logo (None: remove it) and return the name of the old file, or "".

    The caller saves the desk, and deletes the old file after the commit.
    """
    before = desk.logo
    desk.logo = (
        default_storage.save(f"{desk.pk}/logo/{uuid4().hex}.png", ContentFile(png)) if png else ""
    )
    return before
