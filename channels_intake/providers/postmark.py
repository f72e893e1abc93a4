"""Postmark's "Inbound webhook": JSON, with or without the raw message.

Pure: no database, no clock.
"""

from collections.abc import Mapping
from typing import Any

from channels_intake.mime.authentication import verdict_from_postmark
from channels_intake.mime.parts import split_headers
from channels_intake.providers.payload_fields import (
    HeaderList,
    get_text,
    list_named_values,
    list_objects,
    read_json,
    require,
)
from channels_intake.providers.provider_mail import MAX_HEADER_BYTES, ProviderMail
from channels_intake.providers.rebuilding import Piece, rebuild_mail


def read_postmark(body: bytes, content_type: str) -> ProviderMail:
    """Read the JSON, with or without "Include raw email content in JSON payload"."""
    data = read_json(body)
    headers = list_named_values(data.get("Headers"))
    sender = ""
    # Postmark puts Return-Path on top; further down it could come from the sender.
    if headers and headers[0][0].lower() == "return-path":
        sender = headers.pop(0)[1]
    raw = get_text(data, "RawEmail").encode("utf-8", "replace")
    if not raw:
        require(data, "FromFull", "From", "Headers")
        raw = _rebuild(data, headers)
    verdict = verdict_from_postmark(_replace_from(headers, raw))
    return ProviderMail(raw, _get_recipients(data), sender, verdict)


def list_postmark_recipients(body: bytes, content_type: str) -> tuple[str, ...]:
    """Return only the SMTP recipient."""
    return _get_recipients(read_json(body))


def _get_recipients(data: Mapping[str, Any]) -> tuple[str, ...]:
    recipient = get_text(data, "OriginalRecipient")
    return (recipient,) if recipient else ()


def _rebuild(data: Mapping[str, Any], headers: HeaderList) -> bytes:
    own = [
        ("From", _format_address(data.get("FromFull")) or get_text(data, "From")),
        ("To", _format_addresses(data.get("ToFull")) or get_text(data, "To")),
        ("Cc", _format_addresses(data.get("CcFull")) or get_text(data, "Cc")),
        ("Subject", get_text(data, "Subject")),
        ("Date", get_text(data, "Date")),
    ]
    named = {name.lower() for name, _ in own}
    rest = [(name, value) for name, value in headers if name.lower() not in named]
    return rebuild_mail(
        [pair for pair in own if pair[1]] + rest,
        text=get_text(data, "TextBody"),
        html=get_text(data, "HtmlBody"),
        files=map(_make_piece, list_objects(data.get("Attachments"))),
    )


def _make_piece(file: Mapping[str, Any]) -> Piece:
    content = get_text(file, "Content") or get_text(file, "Data")
    return Piece(
        get_text(file, "ContentType"),
        content.encode("ascii", "replace"),
        name=get_text(file, "Name"),
        content_id=get_text(file, "ContentID"),
    )


def _format_address(full: Any) -> str:
    if not isinstance(full, dict) or not get_text(full, "Email"):
        return ""
    name = get_text(full, "Name").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{get_text(full, "Email")}>' if name else get_text(full, "Email")


def _format_addresses(full: Any) -> str:
    return ", ".join(filter(None, map(_format_address, list_objects(full))))


def _replace_from(headers: HeaderList, raw: bytes) -> HeaderList:
    """Give the provider's headers the From of the email that will be read.

    Otherwise the verdict could be about one person and the ticket about another.
    """
    inside = split_headers(raw, 0, MAX_HEADER_BYTES)[0]
    others = [(name, value) for name, value in headers if name.lower() != "from"]
    return others + [(name, value) for name, value in inside if name.lower() == "from"]
