"""Rebuilding of a raw email from a provider's parsed fields, so that one parser reads all email.

Anymail's own normal form fails on header lines that occur in practice (line breaks, NUL, broken
encoded words), and no email may be lost because of its headers. Pure: no database, no clock.
"""

import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

Headers = Sequence[tuple[str, str]]

# Can't occur in a part, because every part is base64.
BOUNDARY = "=_rebuilt_=_mail"

_NAME = re.compile(r"[!-9;-~]{1,200}")
_BREAKS = re.compile(r"[\r\n\x00]+")
_BODY_HEADERS = {"content-type", "content-transfer-encoding", "content-disposition", "mime-version"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A text or file of the email, encoded as base64."""

    content_type: str
    base64: bytes = field(repr=False)
    name: str = ""
    content_id: str = ""


def encode_base64(content: bytes) -> bytes:
    """Encode as base64 in one line, of any length: the parser sets no limit."""
    return binascii.b2a_base64(content)


def make_text_piece(kind: str, text: str) -> Piece:
    """Make a body part of plain text or HTML."""
    return Piece(f"text/{kind}; charset=utf-8", encode_base64(text.encode("utf-8", "replace")))


def rebuild_mail(headers: Headers, *, text: str, html: str, files: Iterable[Piece] = ()) -> bytes:
    """Build a raw email without the headers that describe the old body."""
    texts = [
        make_text_piece(kind, content)
        for kind, content in (("plain", text), ("html", html))
        if content
    ]
    inner = BOUNDARY + "_texts"
    lines = [
        *_format_headers(headers),
        f'Content-Type: {_get_container_type(headers)}; boundary="{BOUNDARY}"'.encode(),
        b"",
        f"--{BOUNDARY}".encode(),
        f'Content-Type: multipart/alternative; boundary="{inner}"'.encode(),
        b"",
        *_format_parts(texts, inner),
        *_format_parts(files, BOUNDARY),
    ]
    return b"\r\n".join(lines) + b"\r\n"


def _format_headers(headers: Headers) -> list[bytes]:
    return [
        f"{name}: {_BREAKS.sub(' ', value)}".encode("utf-8", "replace")
        for name, value in headers
        if name.lower() not in _BODY_HEADERS and _NAME.fullmatch(name)
    ]


def _get_container_type(headers: Headers) -> str:
    """Return the content type of the whole mail.

    A delivery report stays one, because mime/automatic.py looks for it.
    """
    stated = next((value.lower() for name, value in headers if name.lower() == "content-type"), "")
    if "multipart/report" in stated or "delivery-status" in stated:
        return "multipart/report; report-type=delivery-status"
    return "multipart/mixed"


def _format_parts(pieces: Iterable[Piece], boundary: str) -> list[bytes]:
    lines: list[bytes] = []
    for piece in pieces:
        lines += [f"--{boundary}".encode(), *_format_piece_headers(piece), b"", piece.base64]
    return [*lines, f"--{boundary}--".encode()]


def _format_piece_headers(piece: Piece) -> list[bytes]:
    kind = _BREAKS.sub(" ", piece.content_type) or "application/octet-stream"
    lines = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"]
    if piece.name or piece.content_id or not kind.startswith("text/"):
        use = "inline" if piece.content_id else "attachment"
        name = (
            f"; filename*=utf-8''{quote(piece.name.encode('utf-8', 'replace'), safe='')}"
            if piece.name
            else ""
        )
        lines.append(f"Content-Disposition: {use}{name}")
    if piece.content_id:
        lines.append(f"Content-ID: <{_BREAKS.sub('', piece.content_id).strip('<> ')}>")
    return [line.encode("utf-8", "replace") for line in lines]
