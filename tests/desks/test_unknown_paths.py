"""Paths that no desk can have return 404."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.mark.parametrize("path", ["/%00/", "/%00rocket/agent/", "/roc%00ket/", "/%E2%80%AErocket/"])
def test_an_impossible_desk_path_is_not_found(rocket: Cast, matter: Cast, path: str) -> None:
    assert Client().get(path).status_code == 404
