"""Form fields of the portal: several files at once, and a list of addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from accounts.matching import normalise_email
from tickets.files import NewFile, clean_file_name

MOST_FILES = 10
MOST_ADDRESSES = 10
_BETWEEN = re.compile(r"[,;\n\r]+")
_NAMED = re.compile(r".*<([^<>]*)>\s*")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, together at most settings.MAX_ATTACHMENT_BYTES; cleans to a tuple of NewFile."""

    def __init__(self, **kwargs: Any) -> None:
        limit = {"data-max-bytes": settings.MAX_ATTACHMENT_BYTES}
        super().__init__(widget=FilesInput(attrs={"multiple": True, **limit}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> tuple[NewFile, ...]:
        uploads = as_list(data)
        if len(uploads) > MOST_FILES:
            raise ValidationError(f"At most {MOST_FILES} files at once, please; these are {len(uploads)}.")
        _refuse_too_large(uploads)
        return tuple(
            NewFile(clean_file_name(u.name or ""), u.content_type or "application/octet-stream", u.read())
            for u in uploads
        )


def as_list(data: Any) -> list[UploadedFile]:
    """The uploads of a field, whatever number the browser sent."""
    if not data:
        return []
    return list(data) if isinstance(data, list | tuple) else [data]


def _refuse_too_large(uploads: Sequence[UploadedFile]) -> None:
    limit = settings.MAX_ATTACHMENT_BYTES
    if sum(upload.size or 0 for upload in uploads) > limit:
        largest = max(uploads, key=lambda upload: upload.size or 0)
        raise ValidationError(
            f"Together the files may have {filesizeformat(limit)}; the largest is"
            f" {clean_file_name(largest.name or '')} with {filesizeformat(largest.size or 0)}."
        )


class AddressesField(forms.CharField):
    """E-mail addresses between commas or line breaks; cleans to a list of normalised ones, each once (M87)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=4000, **kwargs)

    def clean(self, value: Any) -> list[str]:
        parts = [part.strip() for part in _BETWEEN.split(super().clean(value)) if part.strip()]
        addresses = {part: normalise_email(_NAMED.sub(r"\1", part)) for part in parts}
        if wrong := [part for part, address in addresses.items() if not address]:
            raise ValidationError(f"Not an e-mail address: {', '.join(wrong)[:300]}.")
        unique = list(dict.fromkeys(addresses.values()))
        if len(unique) > MOST_ADDRESSES:
            raise ValidationError(f"At most {MOST_ADDRESSES} addresses, please; these are {len(unique)}.")
        return unique
