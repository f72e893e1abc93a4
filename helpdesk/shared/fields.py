"""What the forms of customers and agents share: texts, files, lists of addresses, and being sent once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise

from accounts.matching import normalize_email
from tickets.files import NewFile, clean_file_name

MAX_TEXT_LENGTH = 50_000  # characters
MAX_FILES = 10
MAX_ADDRESSES = 10
_BETWEEN = re.compile(r"[,;\n\r]+")
_NAMED = re.compile(r".*<([^<>]*)>\s*")


class LineField(forms.CharField):
    """One line of text; cleans to its words with one space between them."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())


class TextField(forms.CharField):
    """A text of several lines, at most MAX_TEXT_LENGTH; a form sends CRLF (HTML, 4.10.22.4), it cleans to LF."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_TEXT_LENGTH, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, together at most settings.MAX_ATTACHMENT_BYTES; cleans to a tuple of NewFile."""

    def __init__(self, **kwargs: Any) -> None:
        limit = {"data-max-bytes": settings.MAX_ATTACHMENT_BYTES}
        super().__init__(
            widget=FilesInput(attrs={"multiple": True, **limit}), required=False, **kwargs
        )

    def clean(self, data: Any, initial: Any = None) -> tuple[NewFile, ...]:
        uploads = _as_list(data)
        if len(uploads) > MAX_FILES:
            raise ValidationError(
                f"At most {MAX_FILES} files at once, please; these are {len(uploads)}."
            )
        _refuse_too_large(uploads)
        return tuple(
            NewFile(
                clean_file_name(u.name or ""),
                u.content_type or "application/octet-stream",
                u.read(),
            )
            for u in uploads
        )


def _as_list(data: Any) -> list[UploadedFile]:
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
        addresses = {part: normalize_email(_NAMED.sub(r"\1", part)) for part in parts}
        if wrong := [part for part, address in addresses.items() if not address]:
            raise ValidationError(f"Not an e-mail address: {', '.join(wrong)[:300]}.")
        unique = list(dict.fromkeys(addresses.values()))
        if len(unique) > MAX_ADDRESSES:
            raise ValidationError(
                f"At most {MAX_ADDRESSES} addresses, please; these are {len(unique)}."
            )
        return unique


def new_form_token() -> str:
    """What makes one rendered form one request, however often it is sent (tickets/submissions.py)."""
    return secrets.token_urlsafe(16)


class SubmitOnceForm(forms.Form):
    """A form with a token, which says what happens to the files of a form that has to be sent again."""

    form_token = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=new_form_token)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors and "files" in self.fields:
            self._ask_for_files_again()

    def _ask_for_files_again(self) -> None:
        names = [clean_file_name(file.name or "") for file in self.files.getlist("files")]
        if names:
            self.add_error(
                "files",
                f"Please choose these again, a browser cannot keep them: {', '.join(names)}.",
            )


class EntryForm(SubmitOnceForm):
    """What is added to a ticket's conversation: a text, files, or both."""

    body = TextField(required=False)
    files = FilesField(label="Attachments")  # type: ignore[assignment]  # a field, taken off the class
    when_empty: str | Promise = "Write something first, or attach a file."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("body") and not cleaned.get("files"):
            self.add_error("body", str(self.when_empty))
        return cleaned
