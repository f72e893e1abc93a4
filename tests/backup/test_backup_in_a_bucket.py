"""Backups in a bucket: streamed to a server that speaks S3, complete or not there at all."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from helpdesk.backup.bucket import download, upload
from helpdesk.backup.errors import BackupError
from tests.backup.test_backup import read_state, restore
from tests.bucket import KEY, MIN_PART, REGION, SECRET, BucketServer, serve_buckets

URL = "s3://backups/nightly/2026-11-27.tar"
KEPT_AS = "nightly/2026-11-27.tar"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings: Settings) -> Iterator[BucketServer]:
    with serve_buckets("backups") as server:
        settings.BACKUP_BUCKET_OPTIONS = {
            "access_key": KEY,
            "secret_key": SECRET,
            "endpoint_url": server.url,
            "region_name": REGION,
        }
        yield server


def back_up(url: str = URL) -> str:
    said = io.StringIO()
    call_command("backup", url, part_mib=5, stderr=said)
    return said.getvalue()


def enlarge(logo: str) -> bytes:
    """Give the file a content that takes several parts."""
    content = os.urandom(2 * MIN_PART)
    default_storage.delete(logo)
    assert default_storage.save(logo, ContentFile(content)) == logo
    return content


def test_everything_comes_back_from_the_bucket(
    logo: str, other: Any, server: BucketServer, settings: Settings
) -> None:
    content, before = enlarge(logo), read_state()
    assert "and 1 files." in back_up()
    assert server.uploads == {}
    assert sum("partNumber" in request for request in server.requests) >= 3
    other()
    restore(URL)
    assert read_state() == before
    with default_storage.open(logo) as stored:
        assert stored.read() == content
    with pytest.raises(CommandError, match=r"tar exists already\. Name a new archive"):
        back_up()


def test_a_key_that_may_not_read_archives_is_enough(logo: str, server: BucketServer) -> None:
    """As docs/operations.md says. S3 refuses HEAD then, but for what isn't there."""
    server.is_write_only = True
    assert "and 1 files." in back_up()
    with pytest.raises(CommandError, match=r"tar exists already\. Name a new archive"):
        back_up()


def test_a_failed_upload_leaves_nothing_and_an_old_one_is_removed(
    logo: str, server: BucketServer
) -> None:
    enlarge(logo)
    server.fail_after = 1
    with pytest.raises(CommandError, match=r"bucket backups cannot be used.*is incomplete"):
        back_up()
    assert (server.buckets["backups"], server.uploads) == ({}, {})
    server.fail_after = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpdesk.backup.making.sum_tables", fail)
        with pytest.raises(CommandError, match="became shorter"):
            back_up()
    assert (server.buckets["backups"], server.uploads) == ({}, {})
    # As two that were killed, of which one may be still running.
    begin_upload(server, "running", timedelta(hours=2))
    begin_upload(server, "killed", timedelta(days=2))
    back_up()
    assert [each.key for each in server.uploads.values()] == ["backups/nightly/running.tar"]


def begin_upload(server: BucketServer, name: str, age: timedelta) -> None:
    """Begin an upload that is never completed, as if its process had been killed."""
    known = set(server.uploads)
    with upload(f"s3://backups/nightly/{name}.tar") as stream:
        stream.write(b"x")
        (new,) = set(server.uploads) - known
        kept = server.uploads[new]
    server.uploads[new] = kept
    kept.at -= age
    del server.buckets["backups"][f"nightly/{name}.tar"]


def fail(*_: object) -> None:
    raise BackupError("It became shorter while it was read.")


def test_what_the_server_refuses_is_said(
    logo: str, server: BucketServer, settings: Settings
) -> None:
    given = settings.BACKUP_BUCKET_OPTIONS
    for changes, url, message in [
        ({"secret_key": "another"}, URL, "secret access key or the region is wrong"),
        ({"access_key": "ANOTHER"}, URL, "the server doesn't know the access key"),
        ({"region_name": "mars-1"}, URL, "secret access key or the region is wrong"),
        ({"endpoint_url": "http://127.0.0.1:9"}, URL, "Could not connect"),
        ({}, "s3://absent/archive.tar", "bucket absent cannot be used: it does not exist"),
        ({}, "s3://backups", "must be like s3://bucket/path/archive"),
        ({}, "s3://backups/folder/", "must be like s3://bucket/path/archive"),
        ({}, "s3://user:hush@backups/a.tar", "must be like s3://bucket/path/archive"),
    ]:
        settings.BACKUP_BUCKET_OPTIONS = given | changes
        with pytest.raises(CommandError, match=message):
            back_up(url)
    settings.BACKUP_BUCKET_OPTIONS = given
    server.is_read_only = True
    with pytest.raises(CommandError, match="no right to this"):
        back_up()
    assert (server.buckets["backups"], server.uploads) == ({}, {})
    with pytest.raises(CommandError, match=f"There is no {URL}"):
        restore(URL, replace=str(connection.settings_dict["NAME"]))


def test_a_changed_archive_is_refused_and_a_broken_connection_repeated(
    logo: str, other: Any, server: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up()
    kept = server.buckets["backups"][KEPT_AS]
    whole = kept.content
    monkeypatch.setattr("helpdesk.backup.bucket.READ_BYTES", 100_000)
    server.break_next = 2
    with download(URL) as stream:
        assert b"".join(iter(lambda: stream.read(50_000), b"")) == whole
    assert server.break_next == 0
    other()
    for content in (whole[: len(whole) // 2], whole.replace(b"a logo", b"a l0go")):
        kept.content = content
        with pytest.raises(CommandError, match=r"incomplete|changed"):
            restore(URL)
        assert not default_storage.exists(logo)
