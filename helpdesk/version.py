"""The version of Plumbline, which pyproject.toml names once for everything."""

from __future__ import annotations

import tomllib
from functools import cache

from django.conf import settings


@cache
def get_version() -> str:
    """Return the version of the code that is running."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
