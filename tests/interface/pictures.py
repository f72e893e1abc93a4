"""Comparing pictures of pages with kept ones, on any machine's Chromium.

Edges of glyphs, checkboxes and rounded corners differ between builds and graphics libraries. So
both pictures are reduced to an eighth first, where such edges average out. A cell differs if one of
its channels is off by more than MAX_CHANNEL of 255. A picture differs if more than MAX_SHARE of its
cells do, or if its size is off by more than MAX_PIXELS: text of a font that we ship is as wide
everywhere.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

FOLDER = Path(__file__).parent / "baseline"
REDUCED_BY = 8
MAX_CHANNEL = 24
MAX_SHARE = 0.01
MAX_PIXELS = 6
KEEP = "KEEP_PICTURES"  # set it to replace the kept pictures after a change that is meant


@dataclass(frozen=True)
class Difference:
    """How far a picture is from the kept one. share: of the cells, 0 to 1."""

    share: float
    pixels: int

    @property
    def is_tolerable(self) -> bool:
        return self.share <= MAX_SHARE and self.pixels <= MAX_PIXELS


def compare(name: str, taken: bytes) -> Difference:
    """Compare a PNG with the kept picture of this name; with KEEP_PICTURES set, keep it instead."""
    path = FOLDER / f"{name}.png"
    new = Image.open(io.BytesIO(taken)).convert("RGB")
    if os.environ.get(KEEP):
        FOLDER.mkdir(exist_ok=True)
        new.quantize(128).save(path, optimize=True)
    kept = Image.open(path).convert("RGB")
    size = (min(new.width, kept.width), min(new.height, kept.height))
    pixels = max(abs(new.width - kept.width), abs(new.height - kept.height))
    return Difference(_measure_share(new, kept, size), pixels)


def _measure_share(new: Image.Image, kept: Image.Image, size: tuple[int, int]) -> float:
    box = (0, 0, *size)
    pair = [picture.crop(box).reduce(REDUCED_BY) for picture in (new, kept)]
    off = ImageChops.difference(*pair)
    channels = [channel.point(lambda value: 255 * (value > MAX_CHANNEL)) for channel in off.split()]
    any_off = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    return any_off.histogram()[255] / (any_off.width * any_off.height)
