"""A mail made whole again from the fields that a provider split it into, so that one reader reads every mail.

Anymail's own normal form stops at header lines that the world sends (line breaks, NUL, broken encoded words),
and a mail must not be lost for its headers. Pure: no database, no clock.
"""

import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

Headers = Sequence[tuple[str, str]]

# Cannot occur in a part, since every part is base64.
BOUNDARY = "=_rebuilt_=_mail"

_NAME = re.compile(r"[!-9;-~]{1,200}")
_BREAKS = re.compile(r"[\r\n\x00]+")
_OF_THE_BODY = {"content-type", "content-transfer-encoding", "content-disposition", "mime-version"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A text or file of the mail, already in base64."""

    content_type: str
    base64: bytes = field(repr=False)
    name: str = ""
    content_id: str = ""


def encode_base64(content: bytes) -> bytes:
    """Base64 in one line; the reader does not mind its length."""
    return binascii.b2a_base64(content)


def text_piece(kind: str, text: str) -> Piece:
    """The body as plain text or HTML."""
    return Piece(f"text/{kind}; charset=utf-8", encode_base64(text.encode("utf-8", "replace")))


def rebuild_mail(headers: Headers, *, text: str, html: str, files: Iterable[Piece] = ()) -> bytes:
    """Give a raw mail with these headers, texts and files. Headers that describe the old body are left out."""
    texts = [
        text_piece(kind, content) for kind, content in (("plain", text), ("html", html)) if content
    ]
    inner = BOUNDARY + "_texts"
    lines = [
        *_header_lines(headers),
        f'Content-Type: {_container(headers)}; boundary="{BOUNDARY}"'.encode(),
        b"",
        f"--{BOUNDARY}".encode(),
        f'Content-Type: multipart/alternative; boundary="{inner}"'.encode(),
        b"",
        *_part_lines(texts, inner),
        *_part_lines(files, BOUNDARY),
    ]
    return b"\r\n".join(lines) + b"\r\n"


def _header_lines(headers: Headers) -> list[bytes]:
    return [
        f"{name}: {_BREAKS.sub(' ', value)}".encode("utf-8", "replace")
        for name, value in headers
        if name.lower() not in _OF_THE_BODY and _NAME.fullmatch(name)
    ]


def _container(headers: Headers) -> str:
    """The kind of the whole mail: a delivery report stays one, since the guards look for it."""
    stated = next((value.lower() for name, value in headers if name.lower() == "content-type"), "")
    if "multipart/report" in stated or "delivery-status" in stated:
        return "multipart/report; report-type=delivery-status"
    return "multipart/mixed"


def _part_lines(pieces: Iterable[Piece], boundary: str) -> list[bytes]:
    lines: list[bytes] = []
    for piece in pieces:
        lines += [f"--{boundary}".encode(), *_piece_headers(piece), b"", piece.base64]
    return [*lines, f"--{boundary}--".encode()]


def _piece_headers(piece: Piece) -> list[bytes]:
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
