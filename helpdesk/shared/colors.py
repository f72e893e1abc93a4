"""Colors that admins choose: only plain ones, and always with an ink that can be read on them."""

from __future__ import annotations

import re

_HEX = re.compile(r"#[0-9a-f]{6}")
WHITE, BLACK = "#ffffff", "#111111"


def clean_color(entered: object) -> str:
    """Return a color such as "#3b4cca", or "" for anything else."""
    text = str(entered or "").strip().lower()
    return text if _HEX.fullmatch(text) else ""


def choose_ink(color: str) -> str:
    """Return white or black, whichever has more contrast on a color (WCAG 2.2, 1.4.3)."""
    ground = _get_luminance(color)
    on_white = 1.05 / (ground + 0.05)
    on_black = (ground + 0.05) / (_get_luminance(BLACK) + 0.05)
    return WHITE if on_white >= on_black else BLACK


def _get_luminance(color: str) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
