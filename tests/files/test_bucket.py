"""Files in a private bucket of a server like MinIO: kept, sent on by Plumbline, errors in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.utils import timezone

from helpdesk.files.bucket import BucketStorage
from helpdesk.files.errors import BucketError
from helpdesk.shared.http.files import serve_logo
from tests.bucket import BucketServer
from tests.cast import Cast
from tickets.attachments.storage import store_file


@pytest.fixture
def bucket(store_in: Callable[..., None]) -> BucketStorage:
    store_in("files")
    storage = storages["default"]
    assert isinstance(storage, BucketStorage)
    return storage


def test_files_are_kept_found_and_deleted(bucket: BucketStorage, server: BucketServer) -> None:
    names = [f"1/{number:02}/a b+ü" for number in range(5)]
    for name in names:
        assert default_storage.save(name, ContentFile(name.encode())) == name
    assert list(server.buckets["files"]) == names
    assert default_storage.open(names[3]).read() == names[3].encode()
    assert default_storage.listdir("1") == ([f"{number:02}" for number in range(5)], [])
    assert default_storage.listdir("1/00") == ([], ["a b+ü"])
    assert default_storage.size(names[0]) == len(names[0].encode())
    default_storage.delete(names[0])
    assert [default_storage.exists(name) for name in names[:2]] == [False, True]
    with pytest.raises(FileNotFoundError):
        default_storage.open(names[0])


def test_the_name_of_the_bucket_is_in_the_path(bucket: BucketStorage, server: BucketServer) -> None:
    """Hosts such as files.minio.example.com don't exist."""
    default_storage.save("1/aa/file", ContentFile(b"x"))
    assert {line.split()[1].split("/")[1].split("?")[0] for line in server.requests} == {"files"}


def test_an_agent_reads_files_without_an_address_of_the_bucket(
    bucket: BucketStorage, rocket: Cast, server: BucketServer
) -> None:
    name = store_file(b"PNG", desk_id=rocket.desk.pk)
    type(rocket.desk).objects.filter(pk=rocket.desk.pk).update(logo=name)
    rocket.desk.refresh_from_db()
    response = serve_logo(rocket.desk)
    assert b"".join(response.streaming_content) == b"PNG"
    assert server.url not in str(response.headers)


def test_failures_are_those_of_a_disk(
    bucket: BucketStorage, server: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that what is stored with a message is kept, and fetched again (reliability 16)."""
    name = store_file(b"kept", desk_id=1)
    server.is_read_only = True
    assert store_file(b"lost", desk_id=1) == ""
    server.is_read_only = False
    stored = default_storage.open(name)
    del server.buckets["files"]
    for act in (stored.read, lambda: default_storage.save("1/a", ContentFile(b"x"))):
        with pytest.raises(BucketError, match="The bucket files cannot be used: it does not exist"):
            act()


def test_uploads_that_were_never_completed_are_removed(
    bucket: BucketStorage, server: BucketServer
) -> None:
    for key in ("1/aa/old", "1/aa/new", "backups/old"):
        bucket.client.create_multipart_upload(Bucket="files", Key=key)
    for upload in server.uploads.values():
        upload.at -= timedelta(days=2 if upload.key.endswith("old") else 0)
    before = timezone.now() - timedelta(days=1)
    assert bucket.abort_uploads("1/", before=before) == 1
    assert {upload.key for upload in server.uploads.values()} == {
        "files/1/aa/new", "files/backups/old"
    }  # fmt: skip
