"""Checks of the buckets for files and backups, and where files are stored."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # as S3 names them
DISK = "disk"
ON_DISK: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def build_storage(bucket: str, fallback: str) -> dict[str, Any]:
    """Return Django's setting of where files are stored.

    bucket: a name, or "" for the disk. fallback: where files are looked for, too: a bucket's name,
    "disk", or "" for nowhere.
    """
    first = _in_bucket(bucket) if bucket else ON_DISK
    if not fallback:
        return first
    second = ON_DISK if fallback == DISK else _in_bucket(fallback)
    return {
        "BACKEND": "helpdesk.files.places.TwoPlaces",
        "OPTIONS": {"first": first, "second": second},
    }


def _in_bucket(name: str) -> dict[str, Any]:
    return {"BACKEND": "helpdesk.files.bucket.BucketStorage", "OPTIONS": {"bucket_name": name}}


def list_bucket_problems(bucket: str, fallback: str, backup: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the buckets, and with the variables that boto3 reads itself.

    backup: the values of BACKUP_* by name.
    """
    problems = []
    if bucket and not BUCKET.fullmatch(bucket):
        problems.append("MEDIA_BUCKET must be the name of a bucket only, like plumbline-files.")
    if fallback and not BUCKET.fullmatch(fallback):
        problems.append("MEDIA_FALLBACK must be disk, or the name of a bucket only.")
    if fallback and fallback == (bucket or DISK):
        problems.append("MEDIA_FALLBACK must be another place than that of MEDIA_BUCKET.")
    if bucket or fallback not in {"", DISK}:
        problems += _list_variable_problems(os.environ, "AWS_")
        problems += _list_url_problems(os.environ, "AWS_ENDPOINT_URL_S3")
    return problems + _list_variable_problems(backup, "BACKUP_")


def _list_variable_problems(values: Mapping[str, str], prefix: str) -> list[str]:
    key, secret = f"{prefix}ACCESS_KEY_ID", f"{prefix}SECRET_ACCESS_KEY"
    pairs = [(key, secret), (secret, key)]
    missing = [
        f"{second} is missing. {first} needs it."
        for first, second in pairs
        if values.get(first) and not values.get(second)
    ]
    return missing + _list_url_problems(values, f"{prefix}ENDPOINT_URL")


def _list_url_problems(values: Mapping[str, str], name: str) -> list[str]:
    if (values.get(name) or "https://").startswith(("http://", "https://")):
        return []
    return [f"{name} must be a URL like https://s3.example.com"]
