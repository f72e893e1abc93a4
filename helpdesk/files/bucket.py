"""A bucket that speaks S3, whose failures are OSErrors as those of a disk are.

boto3 finds keys, region and endpoint in AWS_* variables. With an endpoint of its own, such as that
of MinIO, the bucket's name is in the path and not in the host. Files are never public: Plumbline
reads them and sends them on (helpdesk/shared/http/files.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from django.core.files.base import File

# The library comes with django-storages, which is the dependency.
from storages.backends.s3 import ClientError, Config, S3File, S3Storage, boto3, botocore

from helpdesk.files.errors import BucketError

CONFIG = Config(
    connect_timeout=5,  # seconds
    read_timeout=30,  # seconds between two bytes
    retries={"mode": "standard", "total_max_attempts": 4},
)
FAILURES = (
    ClientError,
    botocore.exceptions.BotoCoreError,
    boto3.exceptions.Boto3Error,
    boto3.s3.transfer.S3TransferRetriesExceededError,
)
BROKEN = (  # while a response was read
    botocore.exceptions.IncompleteReadError,
    botocore.exceptions.HTTPClientError,
)
REASONS = {
    "NoSuchBucket": "it does not exist",
    "InvalidAccessKeyId": "the server doesn't know the access key",
    "SignatureDoesNotMatch": "the secret access key or the region is wrong",
    "RequestTimeTooSkewed": "the clock of this server is wrong",
    "AccessDenied": "the access key has no right to this",
    "XMinioStorageFull": "it is full",
    "403": "the access key is wrong or has no right to this",
    "404": "it does not exist",
}


@contextmanager
def explain_failures(bucket: str, name: str = "") -> Iterator[None]:
    """Raise BucketError with a sentence for whatever the library raises.

    name: of a file, whose absence is a FileNotFoundError.
    """
    try:
        yield
    except FAILURES as error:
        reason = str(error).rstrip(".")
        if isinstance(error, ClientError):
            code = error.response["Error"]["Code"]
            if name and code in {"404", "NoSuchKey"}:
                raise FileNotFoundError(name) from error
            reason = REASONS.get(code, reason)
        raise BucketError(f"The bucket {bucket} cannot be used: {reason}.") from error


class BucketFile(S3File):
    """A file of a bucket. It is fetched when it is first read."""

    def _get_file(self) -> IO[bytes]:
        with explain_failures(self._storage.bucket_name):
            return super()._get_file()

    file = property(_get_file, S3File._set_file)


class BucketStorage(S3Storage):
    """Django's storage in a bucket. A missing file is a FileNotFoundError, as on disk."""

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {
            "client_config": CONFIG,
            "default_acl": None,
            "querystring_auth": True,
        }

    @property
    def client(self) -> Any:
        """The client of boto3, one for each thread."""
        return self.connection.meta.client

    def _open(self, name: str, mode: str = "rb") -> File:
        with explain_failures(self.bucket_name, name):
            return BucketFile(self._normalize_name(name), mode, self)

    def _save(self, name: str, content: File) -> str:
        with explain_failures(self.bucket_name):
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with explain_failures(self.bucket_name):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with explain_failures(self.bucket_name):
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with explain_failures(self.bucket_name, name):
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        with explain_failures(self.bucket_name, name):
            return super().get_modified_time(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with explain_failures(self.bucket_name):
            return super().listdir(path)

    def abort_uploads(self, prefix: str, *, before: datetime) -> int:
        """Delete the parts of uploads that were begun before and never completed.

        Their parts take room, and no list of files shows them. Return the number of uploads.
        """
        with explain_failures(self.bucket_name):
            pages = self.client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self.bucket_name, Prefix=prefix
            )
            old = [
                upload
                for page in pages
                for upload in page.get("Uploads", ())
                if upload["Initiated"] < before
            ]
            for upload in old:
                self.client.abort_multipart_upload(
                    Bucket=self.bucket_name, Key=upload["Key"], UploadId=upload["UploadId"]
                )
        return len(old)
