"""The size of an image, read from the first bytes of its file. Nothing is decoded.

Pillow does more when it opens a file: it inflates the texts of a PNG and allocates the canvas of a
WebP, 2 GB for a file of 34 bytes. Pure: no database, no clock.
"""

from __future__ import annotations

import struct

MAX_SEGMENTS = 1000  # of a JPEG before its size

_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15
_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})

Size = tuple[int, int]


def read_size(content: bytes) -> Size | None:
    """Return width and height in pixels of a GIF, JPEG, PNG or WebP. None for anything else."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            size = _read_png(content)
        elif content.startswith((b"GIF87a", b"GIF89a")):
            size = struct.unpack_from("<HH", content, 6)
        elif content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            size = _read_webp(content)
        elif content.startswith(b"\xff\xd8\xff"):
            size = _read_jpeg(content)
        else:
            return None
    except (struct.error, IndexError):
        return None  # the file ends too early
    return size if size and all(size) else None


def _read_png(content: bytes) -> Size | None:
    width, height = struct.unpack_from(">II", content, 16)
    return (width, height) if content[12:16] == b"IHDR" else None


def _read_webp(content: bytes) -> Size | None:
    kind = content[12:16]
    if kind == b"VP8X":
        width, height = content[24:27], content[27:30]
        if len(height) < 3:
            return None
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _read_jpeg(content: bytes) -> Size | None:
    position = 2
    for _ in range(MAX_SEGMENTS):
        if content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        if marker == 0xFF:
            position += 1  # padding
        elif marker in _JPEG_WITHOUT_LENGTH:
            position += 2
        else:
            position += 2 + int(struct.unpack_from(">H", content, position + 2)[0])
    return None
