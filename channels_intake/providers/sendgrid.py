"""SendGrid's "Inbound Parse": a form, parsed or with the raw message.

Pure: no database, no clock.
"""

from collections.abc import Mapping
from typing import Any

from channels_intake.mime.authentication import verdict_from_sendgrid
from channels_intake.mime.charsets import decode_charset
from channels_intake.mime.parts import split_headers
from channels_intake.providers.errors import UnreadableError
from channels_intake.providers.form_data import Form, read_form
from channels_intake.providers.payload_fields import read_json_or_empty
from channels_intake.providers.provider_mail import (
    MAX_HEADER_BYTES,
    ProviderMail,
    list_form_files,
)
from channels_intake.providers.rebuilding import rebuild_mail
from channels_intake.reasons import InboundReason


def read_sendgrid(body: bytes, content_type: str) -> ProviderMail:
    """Read the form; with "POST the raw, full MIME message" the email is in the field "email"."""
    form = read_form(body, content_type)
    raw = form.raw("email") or _rebuild(form)
    envelope = read_json_or_empty(form.text("envelope"))
    sender = str(envelope.get("from") or "")
    verdict = verdict_from_sendgrid(
        split_headers(raw, 0, MAX_HEADER_BYTES)[0],
        spf=form.text("SPF"),
        dkim=form.text("dkim"),
        envelope_sender=sender,
    )
    return ProviderMail(raw, _get_recipients(envelope), sender, verdict)


def list_sendgrid_recipients(body: bytes, content_type: str) -> tuple[str, ...]:
    """Return only the SMTP recipients."""
    return _get_recipients(read_json_or_empty(read_form(body, content_type).text("envelope")))


def _get_recipients(envelope: Mapping[str, Any]) -> tuple[str, ...]:
    to = envelope.get("to")
    return tuple(str(address) for address in to) if isinstance(to, list) else ()


def _rebuild(form: Form) -> bytes:
    if "headers" not in form.fields:
        raise UnreadableError(InboundReason.FIELDS_MISSING, fields="headers, email")
    charsets = read_json_or_empty(form.text("charsets"))
    text, html = (
        decode_charset(form.raw(name), str(charsets.get(name, "utf-8")))[0]
        for name in ("text", "html")
    )
    headers = split_headers(form.raw("headers"), 0, MAX_HEADER_BYTES)[0]
    files = list_form_files(form, _read_content_ids(form))
    return rebuild_mail(headers, text=text, html=html, files=files)


def _read_content_ids(form: Form) -> dict[str, str]:
    """Return the Content-ID of each file by its field name."""
    facts = read_json_or_empty(form.text("attachment-info"))
    return {
        name: str(fact["content-id"])
        for name, fact in facts.items()
        if isinstance(fact, dict) and fact.get("content-id")
    }
