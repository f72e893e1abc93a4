"""Icons look as the package draws them, though its archive is read once."""

from __future__ import annotations

import pytest
from heroicons import IconDoesNotExist
from heroicons.templatetags.heroicons import heroicon_micro, heroicon_mini

from helpdesk.shared.icons import draw


def test_an_icon_is_drawn_as_by_the_package() -> None:
    attributes = {"aria-label": 'A "label" & more', "class": "icon"}
    for name in ("envelope", "star", "bell-alert"):
        micro = draw("micro", name, size=16, **attributes)
        assert micro == heroicon_micro(name, size=16, **attributes)
        assert "A &quot;label&quot; &amp; more" in micro
        assert draw("mini", name, size=24) == heroicon_mini(name, size=24)
        assert draw("micro", name, size=None) == heroicon_micro(name, size=None)


def test_an_unknown_icon_is_an_error() -> None:
    for style, name in (("micro", "no-such-icon"), ("thin", "star"), ("micro", "../mini/star")):
        with pytest.raises(IconDoesNotExist):
            draw(style, name, size=16)
