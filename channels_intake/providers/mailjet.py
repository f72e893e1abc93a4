"""Mailjet's "Parse API": JSON that never holds the raw message. Pure: no database, no clock."""

from collections.abc import Iterator, Mapping
from typing import Any

from channels_intake.mime.addresses import get_header_values
from channels_intake.mime.authentication import verdict_from_mailjet
from channels_intake.mime.text import parse_parameters
from channels_intake.providers.payload_fields import (
    HeaderList,
    get_text,
    list_objects,
    read_json,
    require,
)
from channels_intake.providers.provider_mail import ProviderMail
from channels_intake.providers.rebuilding import Piece, rebuild_mail


def read_mailjet(body: bytes, content_type: str) -> ProviderMail:
    """Read the JSON and rebuild the email from its fields."""
    data = read_json(body)
    headers = _read_headers(data.get("Headers"))
    require(data, "Headers", "From")
    if not get_header_values(headers, "from"):
        headers.append(("From", get_text(data, "From")))
    raw = rebuild_mail(
        headers,
        text=get_text(data, "Text-part"),
        html=get_text(data, "Html-part"),
        files=_list_files(data),
    )
    verdict = verdict_from_mailjet(headers)
    return ProviderMail(raw, _get_recipients(data), get_text(data, "Sender"), verdict)


def list_mailjet_recipients(body: bytes, content_type: str) -> tuple[str, ...]:
    """Return only the SMTP recipient."""
    return _get_recipients(read_json(body))


def _get_recipients(data: Mapping[str, Any]) -> tuple[str, ...]:
    recipient = get_text(data, "Recipient")
    return (recipient,) if recipient else ()


def _read_headers(headers: Any) -> HeaderList:
    """Turn {name: value or list of values} into pairs."""
    if not isinstance(headers, dict):
        return []
    return [
        (name, str(value))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    ]


def _list_files(data: Mapping[str, Any]) -> Iterator[Piece]:
    for part in list_objects(data.get("Parts")):
        reference = get_text(part, "ContentRef")
        if "Attachment" not in reference:
            continue
        headers = _read_headers(part.get("Headers"))
        kind, parameters = parse_parameters(_get_first(headers, "content-type"))
        named = parse_parameters(_get_first(headers, "content-disposition"))[1]
        yield Piece(
            kind,
            get_text(data, reference).encode("ascii", "replace"),
            name=named.get("filename") or parameters.get("name") or "file",
            content_id=_get_first(headers, "content-id"),
        )


def _get_first(headers: HeaderList, name: str) -> str:
    return next(iter(get_header_values(headers, name)), "")
