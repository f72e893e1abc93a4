"""Versions of objects: ETag, If-None-Match and If-Match (RFC 9110, 8.8 and 13).

The ETag is a hash of what a GET returns, so it needs no column and covers everything that the
reader sees. Its first part stands for the object, also in other shapes ("fields", "expand").
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.db import connection
from django.utils.translation import gettext
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from helpdesk.api.contract.problems import ChangedMeanwhileError, MalformedError

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"
LENGTH = 32  # characters of a hash
# A proxy that compresses makes a strong tag weak, so both are taken for the same.
_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"')


def has_version(view: Any) -> bool:
    """Return True for a view, an instance, whose objects can be read at the same address."""
    return view.has_method("get") and not view.is_live


def build_etag(data: Any, shown: Any) -> str:
    """Return the ETag of an object. shown: the shape in which it is returned."""
    tag = _hash(data)
    return f'"{tag}"' if shown is data else f'"{tag}-{_hash(shown)}"'


def is_unchanged(request: Request, etag: str) -> bool:
    """Return True if the client has this version already (If-None-Match)."""
    header = request.headers.get("If-None-Match", "")
    return header.strip() == "*" or etag.strip('"') in _TAG.findall(header)


def require_version(view: Any, request: Request, *args: Any, **kwargs: Any) -> None:
    """Raise ChangedMeanwhileError unless the object is a version that If-Match names.

    Call it in the transaction of the change. Locks what the view names (lock_rows), and other
    changes with If-Match at this address.
    """
    header = request.headers["If-Match"].strip()
    tags = _TAG.findall(header)
    if header != "*" and not tags:
        raise MalformedError(gettext("If-Match must be an ETag in quotes, or “*”."))
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [request.path, request.desk.pk])  # type: ignore[attr-defined]
    view.lock_rows()
    current = _hash(view.get(request, *args, **kwargs).data) if has_version(view) else ""
    if header != "*" and current not in {tag.partition("-")[0] for tag in tags}:
        raise ChangedMeanwhileError(
            gettext(
                "The object was changed after you read it. Read it again and repeat your change."
            )
        )


def add_version(request: Request, response: Response, data: Any) -> Response:
    """Give the response to a GET its ETag; 304 without a body if the client has this version."""
    etag = build_etag(data, response.data)
    if is_unchanged(request, etag):
        return Response(status=304, headers={"ETag": etag})
    response["ETag"] = etag
    return response


def _hash(data: Any) -> str:
    text = json.dumps(data, cls=JSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
