"""Fixtures of the shifts."""

from __future__ import annotations

import pytest

from tests.find.conftest import helvetia, open_page  # noqa: F401 (fixtures)
from tests.shifts.hands import Hands, Keyboard, Mouse


@pytest.fixture(params=[Mouse, Keyboard], ids=["mouse", "keyboard"])
def make_hands(request: pytest.FixtureRequest) -> type[Hands]:
    """The mouse, then the keyboard."""
    kind: type[Hands] = request.param
    return kind
