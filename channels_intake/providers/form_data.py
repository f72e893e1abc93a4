"""Posted forms of mail providers, read from the stored bytes without Django's limits.

Django refuses a form with over 5 MB of plain fields and drops files with odd names; a provider posts whole mails
in one field, and no file of a mail may be lost for its name. Pure: no database, no clock.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from channels_intake.mime.parts import split_headers
from channels_intake.mime.text import parse_parameters

MAX_FIELDS = 5_000
MAX_PART_HEADER_BYTES = 65_536


class UnreadableError(ValueError):
    """The payload is not what the provider documents; it will not get better by trying again."""


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file of a form, as it was posted."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(slots=True)
class Form:
    """The fields, each with all its values as bytes, and the files by their field's name."""

    fields: dict[str, list[bytes]] = field(default_factory=dict)
    files: dict[str, FormFile] = field(default_factory=dict)

    def raw(self, name: str) -> bytes:
        """The last value of a field, or b""."""
        return self.fields.get(name, [b""])[-1]

    def text(self, name: str) -> str:
        """The last value of a field as text; what is not UTF-8 is replaced."""
        return self.raw(name).decode("utf-8", "replace")


def read_form(body: bytes, content_type: str) -> Form:
    """Read a posted form, multipart or URL-encoded. Raises UnreadableError for anything else."""
    kind, parameters = parse_parameters(content_type)
    if kind == "multipart/form-data" and parameters.get("boundary"):
        return _read_multipart(body, parameters["boundary"].encode("utf-8", "replace"))
    if kind == "application/x-www-form-urlencoded":
        return _read_urlencoded(body)
    raise UnreadableError("The payload is no form.")


def _read_urlencoded(body: bytes) -> Form:
    form = Form()
    pairs = body.split(b"&", MAX_FIELDS)
    if len(pairs) > MAX_FIELDS:
        raise UnreadableError("The form has too many fields.")
    for pair in pairs:
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        if name:
            key = unquote_to_bytes(name).decode("utf-8", "replace")
            form.fields.setdefault(key, []).append(unquote_to_bytes(value))
    return form


def _read_multipart(body: bytes, boundary: bytes) -> Form:
    form = Form()
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary), body, maxsplit=MAX_FIELDS)
    if len(pieces) < 2:
        raise UnreadableError("The form's parts could not be told apart.")
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        _add_part(form, piece[2:] if piece.startswith(b"\r\n") else piece[1:])
    return form


def _add_part(form: Form, piece: bytes) -> None:
    headers, start, _ = split_headers(piece, 0, MAX_PART_HEADER_BYTES)
    values = {name.lower(): value for name, value in headers}
    _, parameters = parse_parameters(values.get("content-disposition", ""))
    name, content = parameters.get("name", ""), piece[start:]
    if "filename" in parameters:
        content_type = (
            parse_parameters(values.get("content-type", ""))[0] or "application/octet-stream"
        )
        form.files[name] = FormFile(parameters["filename"], content_type, content)
    elif name:
        form.fields.setdefault(name, []).append(content)
