"""A server with two buckets, which files can be stored in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from helpdesk.environment.buckets import build_storage
from tests.bucket import KEY, REGION, SECRET, BucketServer, serve_buckets


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BucketServer]:
    with serve_buckets("files", "other") as server:
        given = {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": server.url,
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def store_in(
    server: BucketServer, settings: Settings, tmp_path: Path
) -> Callable[[str, str], None]:
    """Set where files are stored: MEDIA_BUCKET and MEDIA_FALLBACK."""
    settings.MEDIA_ROOT = tmp_path / "files"

    def store(bucket: str, fallback: str = "") -> None:
        settings.STORAGES = settings.STORAGES | {"default": build_storage(bucket, fallback)}

    return store
