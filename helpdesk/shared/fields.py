"""Form fields that customers' and agents' forms share, and forms that take effect once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from tickets.attachments.files import NewFile, clean_file_name

MAX_TEXT_LENGTH = 50_000  # characters
MAX_FILES = 10
MAX_ADDRESSES = 10
MAX_NAMED = 300  # characters of addresses that an error repeats
_BETWEEN = re.compile(r"[,;\n\r]+")
_NAMED = re.compile(r".*<([^<>]*)>\s*")


def set_choices(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Offer these rows in a form's ModelChoiceField, for example only those of its desk."""
    cast(forms.ModelChoiceField, form.fields[name]).queryset = rows


class FutureTimeField(forms.DateTimeField):
    """A date and time in the reader's time zone that hasn't passed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        """Return the time, or None. Raises ValidationError for one that has passed."""
        time = super().clean(value)
        if time is not None and time <= timezone.now():
            raise forms.ValidationError(gettext("Choose a time in the future."))
        return time


class LineField(forms.CharField):
    """A single line of text; cleans to its words with one space between them."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())


class TextField(forms.CharField):
    """Text of several lines, up to MAX_TEXT_LENGTH. Cleans CRLF (HTML, 4.10.22.4) to LF."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_TEXT_LENGTH, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What one message may carry. The browser refuses the rest before it is uploaded."""

    max_files: int = MAX_FILES
    max_bytes: int = field(default_factory=lambda: settings.MAX_ATTACHMENT_BYTES)  # in total

    def check(self, files: Sequence[tuple[str, int]]) -> None:
        """Raise ValidationError for too many or too large files: pairs of name and size."""
        if len(files) > self.max_files:
            text = ngettext(
                "You chose %(count)s file. The limit is %(maximum)s.",
                "You chose %(count)s files. The limit is %(maximum)s.",
                len(files),
            )
            raise ValidationError(text % {"count": len(files), "maximum": self.max_files})
        if sum(size for _name, size in files) > self.max_bytes:
            name, size = max(files, key=lambda file: file[1])
            named = {
                "limit": filesizeformat(self.max_bytes),
                "name": clean_file_name(name),
                "size": filesizeformat(size),
            }
            raise ValidationError(
                gettext(
                    "These files are too large. The limit is %(limit)s in total;"
                    " the largest is %(name)s (%(size)s)."
                )
                % named
            )

    def __str__(self) -> str:
        return gettext("Up to %(count)s files, %(size)s in total.") % {
            "count": self.max_files,
            "size": filesizeformat(self.max_bytes),
        }


class FilesInput(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files within limits, by default those of every form; cleans to a tuple of NewFile."""

    def __init__(self, *, limits: FileLimits | None = None, **kwargs: Any) -> None:
        self._limits = limits
        attrs = {
            "multiple": True,
            "data-max-bytes": self.limits.max_bytes,
            "data-max-files": self.limits.max_files,
        }
        super().__init__(widget=FilesInput(attrs=attrs), required=False, **kwargs)

    @property
    def limits(self) -> FileLimits:
        """What one submission may carry."""
        return self._limits or FileLimits()

    def clean(self, data: Any, initial: Any = None) -> tuple[NewFile, ...]:
        uploads = _as_list(data)
        self.limits.check([(upload.name or "", upload.size or 0) for upload in uploads])
        return tuple(
            NewFile(
                clean_file_name(u.name or ""),
                u.content_type or "application/octet-stream",
                u.read(),
            )
            for u in uploads
        )


def _as_list(data: Any) -> list[UploadedFile]:
    """Return the uploads of a field as a list: none, one or many."""
    if not data:
        return []
    return list(data) if isinstance(data, list | tuple) else [data]


class AddressesField(forms.CharField):
    """Email addresses separated by commas or lines; cleans to a list without repeats (M87)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=4000, **kwargs)

    def clean(self, value: Any) -> list[str]:
        parts = [part.strip() for part in _BETWEEN.split(super().clean(value)) if part.strip()]
        addresses = {part: normalize_email(_NAMED.sub(r"\1", part)) for part in parts}
        if wrong := [part for part, address in addresses.items() if not address]:
            raise ValidationError(_describe_invalid(wrong))
        unique = list(dict.fromkeys(addresses.values()))
        if len(unique) > MAX_ADDRESSES:
            raise ValidationError(_describe_too_many(len(unique)))
        return unique


def _describe_invalid(addresses: Sequence[str]) -> str:
    return ngettext(
        "This isn't a valid email address: %(addresses)s.",
        "These aren't valid email addresses: %(addresses)s.",
        len(addresses),
    ) % {"addresses": ", ".join(addresses)[:MAX_NAMED]}


def _describe_too_many(count: int) -> str:
    return ngettext(
        "You entered %(count)s address. The limit is %(maximum)s.",
        "You entered %(count)s addresses. The limit is %(maximum)s.",
        count,
    ) % {"count": count, "maximum": MAX_ADDRESSES}


def new_form_token() -> str:
    """Return the token by which one rendered form counts once (tickets/submissions.py)."""
    return secrets.token_urlsafe(16)


def make_token_field() -> forms.CharField:
    """Return the field of a form that counts once, however often it is sent as it is."""
    return forms.CharField(
        max_length=64, required=False, widget=forms.HiddenInput, initial=new_form_token
    )


class SubmitOnceForm(forms.Form):
    """A form with a token that makes a second submission harmless.

    Browsers drop chosen files when a form comes back with an error; the form asks for them again.
    """

    form_token = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=new_form_token)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors and "files" in self.fields:
            self._ask_for_files_again()

    def _ask_for_files_again(self) -> None:
        names = [clean_file_name(file.name or "") for file in self.files.getlist("files")]
        if names:
            text = ngettext(
                "Choose this file again: %(names)s. Browsers don't keep files"
                " when a form has errors.",
                "Choose these files again: %(names)s. Browsers don't keep files"
                " when a form has errors.",
                len(names),
            )
            self.add_error("files", text % {"names": ", ".join(names)})


class EntryForm(SubmitOnceForm):
    """An addition to a ticket's conversation: text, files, or both."""

    body = TextField(required=False)
    # A field, replaced by the form's metaclass.
    files = FilesField(label=_("Attachments"))  # type: ignore[assignment]  # see above
    when_empty: str | Promise = _("Write a message or attach a file first.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("body") and not cleaned.get("files"):
            self.add_error("body", str(self.when_empty))
        return cleaned
