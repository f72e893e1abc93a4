"""A backup in a bucket: one tar archive, uploaded in parts while it is made.

The archive appears in the bucket when it is complete, and not before: a failed upload is aborted.
What a killed one left behind, the next backup to the same place removes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import IO, Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.utils import timezone

from helpdesk.backup.errors import BackupError
from helpdesk.environment.buckets import BUCKET
from helpdesk.files.bucket import BROKEN, BucketStorage, explain_failures
from helpdesk.files.errors import BucketError

SCHEME = "s3://"
PART_BYTES = 64 * 1024 * 1024  # all parts but the last are of one size, which some servers require
READ_BYTES = 16 * 1024 * 1024
BROKEN_READS = 3  # of one piece, before the restore fails
MAX_PARTS = 10_000  # S3's own limit
LEFT_AFTER = timedelta(days=1)  # an upload that is older is no longer made

log = structlog.get_logger(__name__)


def is_bucket_url(text: str) -> bool:
    """Return True for a URL of an archive in a bucket: s3://bucket/path/archive.tar."""
    return text.startswith(SCHEME)


@contextmanager
def upload(url: str, *, part_bytes: int = PART_BYTES) -> Iterator[IO[bytes]]:
    """Yield a stream whose bytes are the archive once the block has ended without an error.

    Raises BackupError if there is such an archive already, and BucketError.
    """
    storage, key = _find_place(url)
    if _find_size(storage, key) is not None:
        raise BackupError(f"{url} exists already. Name a new archive.")
    folder = key.rpartition("/")[0]
    left = storage.abort_uploads(f"{folder}/" if folder else "", before=_long_ago())
    if left:
        log.info("unfinished_uploads_removed", bucket=storage.bucket_name, count=left)
    stream: Any = _Upload(storage, key, part_bytes)
    with ExitStack() as unless_complete:
        unless_complete.callback(stream.abort)
        yield stream
        stream.complete()
        unless_complete.pop_all()
    if _find_size(storage, key) != stream.sent:
        raise BackupError(f"{url} has another size than what was sent. Delete it.")


@contextmanager
def download(url: str) -> Iterator[IO[bytes]]:
    """Yield the archive as a stream. Raises BackupError if it isn't there, and BucketError."""
    storage, key = _find_place(url)
    with explain_failures(storage.bucket_name):
        if not storage.exists(key):
            raise BackupError(f"There is no {url}.")
        found = storage.client.head_object(Bucket=storage.bucket_name, Key=key)
    yield io.BufferedReader(_Download(storage, key, found), buffer_size=READ_BYTES)


def _find_place(url: str) -> tuple[BucketStorage, str]:
    """Return the bucket of a URL and the key in it. Raises BackupError for another URL."""
    parts = urlsplit(url)
    key = parts.path.lstrip("/")
    if not BUCKET.fullmatch(parts.netloc) or not key or key.endswith("/") or parts.query:
        raise BackupError(f"{url} must be like s3://bucket/path/archive.tar.")
    storage = BucketStorage(
        bucket_name=parts.netloc,
        **{name: value for name, value in settings.BACKUP_BUCKET_OPTIONS.items() if value},
    )
    return storage, key


def _find_size(storage: BucketStorage, key: str) -> int | None:
    """Return the size of an archive, or None if it isn't there.

    By a list, because HEAD needs the right to read archives, which a backup's key may lack.
    """
    with explain_failures(storage.bucket_name):
        listed = storage.client.list_objects_v2(Bucket=storage.bucket_name, Prefix=key, MaxKeys=1)
    return next((int(one["Size"]) for one in listed.get("Contents", ()) if one["Key"] == key), None)


def _long_ago() -> datetime:
    return timezone.now() - LEFT_AFTER


class _Download(io.RawIOBase):
    """Fetches an archive piece by piece, so that a broken connection costs only one of them."""

    def __init__(self, storage: BucketStorage, key: str, found: dict[str, Any]) -> None:
        self.storage, self.position, self.size = storage, 0, int(found["ContentLength"])
        # Of the same archive, though another was put in its place meanwhile.
        self._place = {"Bucket": storage.bucket_name, "Key": key, "IfMatch": found["ETag"]}

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        end = min(self.position + len(buffer), self.size)
        if end == self.position:
            return 0
        with explain_failures(self.storage.bucket_name):
            piece = self._fetch(f"bytes={self.position}-{end - 1}")
        buffer[: len(piece)] = piece
        self.position += len(piece)
        return len(piece)

    def _fetch(self, wanted: str) -> bytes:
        """Return a piece. The library repeats requests, but not what breaks while it is read."""
        for _ in range(BROKEN_READS):
            try:
                return self._read(wanted)
            except BROKEN:
                log.warning("backup_read_again", range=wanted)
        return self._read(wanted)

    def _read(self, wanted: str) -> bytes:
        return bytes(self.storage.client.get_object(**self._place, Range=wanted)["Body"].read())


class _Upload(io.RawIOBase):
    """Sends what is written to it in parts of one size."""

    def __init__(self, storage: BucketStorage, key: str, part_bytes: int) -> None:
        self.storage, self.part_bytes, self.sent = storage, part_bytes, 0
        self._buffer, self._parts = bytearray(), list[dict[str, Any]]()
        self._is_over = False
        self._place = {"Bucket": storage.bucket_name, "Key": key}
        with explain_failures(storage.bucket_name):
            begun = storage.client.create_multipart_upload(
                **self._place, ContentType="application/x-tar"
            )
        self._place["UploadId"] = begun["UploadId"]

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        if self._is_over:  # a tar archive that failed writes its rest when it is collected
            return len(content)
        self._buffer += content
        while len(self._buffer) >= self.part_bytes:
            self._send(bytes(self._buffer[: self.part_bytes]))
            del self._buffer[: self.part_bytes]
        return len(content)

    def complete(self) -> None:
        """Send the rest, and let the archive appear."""
        if self._buffer:
            self._send(bytes(self._buffer))
            self._buffer.clear()
        with explain_failures(self.storage.bucket_name):
            self.storage.client.complete_multipart_upload(
                **self._place, MultipartUpload={"Parts": self._parts}
            )

    def abort(self) -> None:
        """Delete the parts. If the bucket can't be reached, the next backup does it."""
        self._is_over = True
        try:
            with explain_failures(self.storage.bucket_name):
                self.storage.client.abort_multipart_upload(**self._place)
        except BucketError as error:
            log.warning("unfinished_upload_left", error=str(error), **self._place)

    def _send(self, part: bytes) -> None:
        number = len(self._parts) + 1
        if number > MAX_PARTS:
            raise BackupError(
                f"The backup is larger than {MAX_PARTS} parts of {self.part_bytes} bytes. Add"
                " --part-mib with a larger number."
            )
        with explain_failures(self.storage.bucket_name):
            answer = self.storage.client.upload_part(**self._place, PartNumber=number, Body=part)
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        self.sent += len(part)
