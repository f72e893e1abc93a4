"""One translator per provider: from the body of its inbound webhook to the raw mail and what is known about it.

The fields are those of the vendors' documents: Postmark "Inbound webhook", Mailgun "Routes: forward()", SendGrid
"Inbound Parse", Mailjet "Parse API". Pure: no database, no clock.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from channels_intake.mime.addresses import get_header_values
from channels_intake.mime.authentication import (
    verdict_from_mailgun,
    verdict_from_mailjet,
    verdict_from_postmark,
    verdict_from_sendgrid,
)
from channels_intake.mime.envelope import Authentication
from channels_intake.mime.parts import split_headers
from channels_intake.mime.text import decode_charset, parse_parameters
from channels_intake.providers.form_data import Form, FormFile, UnreadableError, read_form
from channels_intake.providers.payload_fields import (
    HeaderList,
    get_text,
    list_named_values,
    list_objects,
    read_json,
    read_json_or_empty,
    require,
)
from channels_intake.providers.rebuilding import Piece, encode_base64, rebuild_mail

MAX_HEADER_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ProviderMail:
    """A raw mail with SMTP's envelope. `authentication` None: the mail's own trusted headers decide."""

    raw: bytes = field(repr=False)
    recipients: tuple[str, ...] = ()
    envelope_sender: str = ""
    authentication: Authentication | None = None


def translate(provider: str, body: bytes, content_type: str) -> ProviderMail:
    """Read a stored body of a provider. Raises UnreadableError when it is not what the provider documents."""
    if provider not in TRANSLATORS:
        raise UnreadableError(f"Nobody here reads mail from “{provider}”.")
    mail = TRANSLATORS[provider](body, content_type)
    if not mail.raw.strip():
        raise UnreadableError("The payload holds no mail.")
    return mail


def read_raw(body: bytes, content_type: str) -> ProviderMail:
    """A mail as the mail server handed it in."""
    return ProviderMail(body)


# --- Postmark ------------------------------------------------------------------------------------------------


def read_postmark(body: bytes, content_type: str) -> ProviderMail:
    """Postmark's JSON, with or without "Include raw email content in JSON payload"."""
    data = read_json(body)
    headers = list_named_values(data.get("Headers"))
    sender = ""
    if (
        headers and headers[0][0].lower() == "return-path"
    ):  # written by Postmark on top, not by the sender
        sender = headers.pop(0)[1]
    raw = get_text(data, "RawEmail").encode("utf-8", "replace")
    if not raw:
        require(data, "FromFull", "From", "Headers")
        raw = _rebuild_postmark(data, headers)
    recipient = get_text(data, "OriginalRecipient")
    return ProviderMail(
        raw,
        (recipient,) if recipient else (),
        sender,
        verdict_from_postmark(_with_from_of(raw, headers)),
    )


def _rebuild_postmark(data: Mapping[str, Any], headers: HeaderList) -> bytes:
    own = [
        ("From", _address(data.get("FromFull")) or get_text(data, "From")),
        ("To", _addresses(data.get("ToFull")) or get_text(data, "To")),
        ("Cc", _addresses(data.get("CcFull")) or get_text(data, "Cc")),
        ("Subject", get_text(data, "Subject")),
        ("Date", get_text(data, "Date")),
    ]
    named = {name.lower() for name, _ in own}
    rest = [(name, value) for name, value in headers if name.lower() not in named]
    files = [
        Piece(
            get_text(file, "ContentType"),
            (get_text(file, "Content") or get_text(file, "Data")).encode("ascii", "replace"),
            name=get_text(file, "Name"),
            content_id=get_text(file, "ContentID"),
        )
        for file in list_objects(data.get("Attachments"))
    ]
    return rebuild_mail(
        [pair for pair in own if pair[1]] + rest,
        text=get_text(data, "TextBody"),
        html=get_text(data, "HtmlBody"),
        files=files,
    )


def _address(full: Any) -> str:
    if not isinstance(full, dict) or not get_text(full, "Email"):
        return ""
    name = get_text(full, "Name").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{get_text(full, "Email")}>' if name else get_text(full, "Email")


def _addresses(full: Any) -> str:
    return ", ".join(filter(None, map(_address, list_objects(full))))


# --- Mailgun -------------------------------------------------------------------------------------------------


def read_mailgun(body: bytes, content_type: str) -> ProviderMail:
    """Mailgun's form of a route's forward(): fully parsed, or raw MIME when the address ends in "mime"."""
    form = read_form(body, content_type)
    raw = form.raw("body-mime")
    headers = split_headers(raw, 0, MAX_HEADER_BYTES)[0] if raw else _mailgun_headers(form)
    raw = raw or rebuild_mail(
        headers,
        text=form.text("body-plain"),
        html=form.text("body-html"),
        files=_form_files(form, _inverted(form.text("content-id-map"))),
    )
    recipients = tuple(filter(None, (part.strip() for part in form.text("recipient").split(","))))
    verdict = verdict_from_mailgun(
        headers,
        spf=_only(headers, "x-mailgun-spf"),
        dkim=_only(headers, "x-mailgun-dkim-check-result"),
        envelope_sender=form.text("sender"),
    )
    return ProviderMail(raw, recipients, form.text("sender"), verdict)


def _mailgun_headers(form: Form) -> HeaderList:
    try:
        pairs = json.loads(form.text("message-headers"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            "Mailgun's payload has neither body-mime nor message-headers."
        ) from error
    if not isinstance(pairs, list):
        raise UnreadableError("Mailgun's message-headers are no list.")
    return [(str(p[0]), str(p[1])) for p in pairs if isinstance(p, list) and len(p) == 2]


def _only(headers: HeaderList, name: str) -> str:
    """The header's value if it stands there once: a second one may have come along with the mail itself."""
    values = get_header_values(headers, name)
    return values[0] if len(values) == 1 else ""


def _inverted(content_ids: str) -> dict[str, str]:
    """From Mailgun's {content-id: field} to {field: content-id}."""
    return {
        str(name): str(content_id) for content_id, name in read_json_or_empty(content_ids).items()
    }


# --- SendGrid ------------------------------------------------------------------------------------------------


def read_sendgrid(body: bytes, content_type: str) -> ProviderMail:
    """SendGrid's multipart form: parsed, or with "POST the raw, full MIME message" in the field email."""
    form = read_form(body, content_type)
    raw = form.raw("email") or _rebuild_sendgrid(form)
    envelope = read_json_or_empty(form.text("envelope"))
    to = envelope.get("to")
    recipients = tuple(str(address) for address in to) if isinstance(to, list) else ()
    sender = str(envelope.get("from") or "")
    verdict = verdict_from_sendgrid(
        split_headers(raw, 0, MAX_HEADER_BYTES)[0],
        spf=form.text("SPF"),
        dkim=form.text("dkim"),
        envelope_sender=sender,
    )
    return ProviderMail(raw, recipients, sender, verdict)


def _rebuild_sendgrid(form: Form) -> bytes:
    if "headers" not in form.fields:
        raise UnreadableError("SendGrid's payload has neither headers nor email.")
    charsets = read_json_or_empty(form.text("charsets"))
    text, html = (
        decode_charset(form.raw(name), str(charsets.get(name, "utf-8")))[0]
        for name in ("text", "html")
    )
    facts = read_json_or_empty(form.text("attachment-info"))
    ids = {
        name: str(fact["content-id"])
        for name, fact in facts.items()
        if isinstance(fact, dict) and fact.get("content-id")
    }
    headers = split_headers(form.raw("headers"), 0, MAX_HEADER_BYTES)[0]
    return rebuild_mail(headers, text=text, html=html, files=_form_files(form, ids))


# --- Mailjet -------------------------------------------------------------------------------------------------


def read_mailjet(body: bytes, content_type: str) -> ProviderMail:
    """Mailjet's JSON of the Parse API; it never holds the raw mail."""
    data = read_json(body)
    headers = _mailjet_headers(data.get("Headers"))
    require(data, "Headers", "From")
    if not get_header_values(headers, "from"):
        headers.append(("From", get_text(data, "From")))
    raw = rebuild_mail(
        headers,
        text=get_text(data, "Text-part"),
        html=get_text(data, "Html-part"),
        files=_mailjet_files(data),
    )
    recipient = get_text(data, "Recipient")
    verdict = verdict_from_mailjet(headers)
    return ProviderMail(raw, (recipient,) if recipient else (), get_text(data, "Sender"), verdict)


def _mailjet_headers(headers: Any) -> HeaderList:
    """From {name: value or list of values} to pairs."""
    if not isinstance(headers, dict):
        return []
    return [
        (name, str(value))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    ]


def _mailjet_files(data: Mapping[str, Any]) -> Iterator[Piece]:
    for part in list_objects(data.get("Parts")):
        reference = get_text(part, "ContentRef")
        if "Attachment" not in reference:
            continue
        headers = _mailjet_headers(part.get("Headers"))
        kind, parameters = parse_parameters(_first(headers, "content-type"))
        named = parse_parameters(_first(headers, "content-disposition"))[1]
        yield Piece(
            kind,
            get_text(data, reference).encode("ascii", "replace"),
            name=named.get("filename") or parameters.get("name") or "file",
            content_id=_first(headers, "content-id"),
        )


# --- What they share -----------------------------------------------------------------------------------------


def _first(headers: HeaderList, name: str) -> str:
    return next(iter(get_header_values(headers, name)), "")


def _with_from_of(raw: bytes, headers: HeaderList) -> HeaderList:
    """The provider's headers with the From of the mail that will be read, so that both mean one person."""
    inside = split_headers(raw, 0, MAX_HEADER_BYTES)[0]
    others = [(name, value) for name, value in headers if name.lower() != "from"]
    return others + [(name, value) for name, value in inside if name.lower() == "from"]


def _form_files(form: Form, content_ids: Mapping[str, str]) -> list[Piece]:
    def piece(field_name: str, file: FormFile) -> Piece:
        content_id = content_ids.get(field_name, "")
        return Piece(
            file.content_type,
            encode_base64(file.content),
            name=file.name or "file",
            content_id=content_id,
        )

    return [piece(name, file) for name, file in form.files.items() if name.startswith("attachment")]


TRANSLATORS: dict[str, Callable[[bytes, str], ProviderMail]] = {
    "postmark": read_postmark,
    "mailgun": read_mailgun,
    "sendgrid": read_sendgrid,
    "mailjet": read_mailjet,
    "raw": read_raw,
}
