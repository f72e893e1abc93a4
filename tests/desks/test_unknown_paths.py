"""Paths that no desk can have return 404."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/%00/", 400),
        ("/%00rocket/agent/", 400),
        ("/roc%00ket/", 400),
        ("/%E2%80%AErocket/", 404),
    ],
)
def test_an_impossible_desk_path_is_not_found(
    rocket: Cast, matter: Cast, path: str, status: int
) -> None:
    assert Client().get(path).status_code == status
