"""The process that decodes an untrusted image: a separate program with hard limits.

Reads the file from stdin and writes a PNG to stdout. The arguments are the largest width, height
and number of pixels. Exit code UNREADABLE: it is not an image, broken, or larger than that.

images.py starts it. It imports nothing of ours: it has no settings, no secrets and no database.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import struct
import sys
import warnings
import zlib

# Each registers its format. Without them, Pillow would look for it in all its plugins.
from PIL import GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

PLUGINS = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
UNREADABLE = 3  # exit code

MAX_CPU_SECONDS = 10
MAX_MEMORY = 1024 * 1024 * 1024  # bytes of address space

# What Pillow raises for broken images: its checks of the data are also asserts and arithmetic.
ERRORS = (
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


def set_limits() -> None:
    """Limit this process for good and lower its priority."""
    os.nice(10)
    limits = [
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MAX_MEMORY),
    ]
    for limit, value in limits:
        with contextlib.suppress(ValueError, OSError):  # macOS doesn't limit the address space
            resource.setrlimit(limit, (value, value))


def encode(content: bytes, *, width: int, height: int, max_pixels: int) -> bytes | None:
    """Return the first frame as PNG, scaled down to fit width and height, or None."""
    Image.MAX_IMAGE_PIXELS = max_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            if image.width * image.height > max_pixels:
                return None
            image.thumbnail((width, height))  # of a JPEG, decodes no more than is needed
            out = io.BytesIO()
            image.convert("RGBA" if image.has_transparency_data else "RGB").save(out, "PNG")
            return out.getvalue()
    except ERRORS:
        return None


def main() -> int:
    """Run the program. Return its exit code."""
    set_limits()
    width, height, max_pixels = map(int, sys.argv[1:])
    png = encode(sys.stdin.buffer.read(), width=width, height=height, max_pixels=max_pixels)
    if png is None:
        return UNREADABLE
    sys.stdout.buffer.write(png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
