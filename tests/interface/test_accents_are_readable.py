"""Text stays readable with every accent a desk can choose (WCAG 2.2, 1.4.3).

Measured in the browser, because only it knows the final color on screen.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from accounts.models import ACCENTS
from tests.interface.conftest import Site

pytestmark = pytest.mark.browser

AA = 4.5
# Ink and ground, as the style sheets use them together.
PAIRS = {
    "css/tokens.css": [
        ("--accent", "--surface"), ("--accent", "--canvas"), ("--accent", "--accent-tint"),
        ("--select", "--surface"), ("--select", "--select-tint"),
        ("--on-accent", "--accent-fill"), ("--on-accent", "--accent-fill-hover"),
    ],
    "admin_site/admin.css": [("--link", "--ground")],
}  # fmt: skip

# The color as the screen has it: painted, and read back.
PAINT = """
([sheet, accent, dark, pairs]) => {
  const root = document.documentElement;
  root.dataset.accent = accent;
  root.dataset.theme = dark ? 'dark' : 'light';
  root.classList.toggle('dark', dark);
  const brush = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const probe = document.querySelector('p');
  const paint = name => {
    probe.style.color = `var(${name})`;
    brush.fillStyle = getComputedStyle(probe).color;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  return pairs.map(pair => pair.map(paint));
}
"""


def luminance(color: list[int]) -> float:
    parts = [part / 255 for part in color]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[int], other: list[int]) -> float:
    """The ratio of WCAG 2.2 of two colors, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("sheet", PAIRS)
def test_every_accent_passes_in_light_and_dark(sheet: str, site: Site, page: Page) -> None:
    links = [
        f'<link rel="stylesheet" href="/static/{name}">'
        for name in ("css/layers.css", "css/accents.css", sheet)
    ]
    site.pages["/"] = f"<!doctype html>{''.join(links)}<p>Text</p>"
    page.goto(site.address)
    weak = []
    for accent in ACCENTS:
        for dark in (False, True):
            painted = page.evaluate(PAINT, [sheet, accent, dark, PAIRS[sheet]])
            for pair, (ink, ground) in zip(PAIRS[sheet], painted, strict=True):
                assert ink != ground, f"{sheet} gives {pair} no colors"
                if contrast(ink, ground) < AA:
                    weak.append(f"{accent}, dark: {dark}, {pair}: {contrast(ink, ground):.2f}")
    assert weak == []
