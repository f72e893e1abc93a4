"""Untrusted images: decoded within limits and re-encoded as PNG, so that only pixels are shown."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

from PIL import Image

FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
MAX_PIXELS = 24_000_000

# What Pillow raises for broken images: its checks of the data are also asserts and arithmetic.
UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    Image.DecompressionBombWarning,
    Image.DecompressionBombError,
)


def encode_png(content: bytes, *, width: int, height: int) -> bytes | None:
    """Re-encode an image as PNG, scaled down to fit width and height in pixels.

    Return None for other files, broken images and those of more than MAX_PIXELS.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            if image.width * image.height > MAX_PIXELS:
                return None
            image.thumbnail((width, height))
            out = io.BytesIO()
            image.convert("RGBA" if image.has_transparency_data else "RGB").save(out, "PNG")
            return out.getvalue()
    except UNREADABLE:
        return None
