"""Untrusted images, re-encoded as PNG by another process, so that only pixels are shown.

The process has limits of CPU time and memory, so that no image can crash this one. Only the size is
read here, so a web process never decodes a pixel.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from accounts.decoders import DecoderStoppedError, run_decoder
from accounts.pictures.headers import read_size

MAX_PIXELS = 24_000_000
MAX_SECONDS = 60  # on a busy machine; the process itself may use much less CPU time

ENCODER = Path(__file__).with_name("encoder.py")


class PictureProblem(StrEnum):
    """Why an image can't be shown."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    TOOK_TOO_LONG = "took_too_long"


class PictureError(Exception):
    """An image can't be shown. problem: why."""

    def __init__(self, problem: PictureProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def encode_png(content: bytes, *, width: int, height: int, max_pixels: int = MAX_PIXELS) -> bytes:
    """Re-encode an image as PNG, scaled down to fit width and height in pixels.

    Raises PictureError for other files, broken images and those of more than max_pixels.
    """
    size = read_size(content)
    if size is None:
        raise PictureError(PictureProblem.UNREADABLE)
    if size[0] * size[1] > max_pixels:
        raise PictureError(PictureProblem.TOO_LARGE)
    try:
        done = run_decoder(ENCODER, width, height, max_pixels, content=content, seconds=MAX_SECONDS)
    except DecoderStoppedError:
        raise PictureError(PictureProblem.TOOK_TOO_LONG) from None
    if done.returncode != 0:
        raise PictureError(PictureProblem.UNREADABLE)
    return done.stdout
