"""Mailgun's "Routes: forward()": a form, parsed or with the raw message.

Pure: no database, no clock.
"""

import json

from channels_intake.mime.addresses import get_header_values
from channels_intake.mime.authentication import verdict_from_mailgun
from channels_intake.mime.parts import split_headers
from channels_intake.providers.errors import UnreadableError
from channels_intake.providers.form_data import Form, read_form
from channels_intake.providers.payload_fields import HeaderList, read_json_or_empty
from channels_intake.providers.provider_mail import (
    MAX_HEADER_BYTES,
    ProviderMail,
    list_form_files,
)
from channels_intake.providers.rebuilding import rebuild_mail
from channels_intake.reasons import InboundReason


def read_mailgun(body: bytes, content_type: str) -> ProviderMail:
    """Read the form: parsed, or with raw MIME when the route's address ends in "mime"."""
    form = read_form(body, content_type)
    raw = form.raw("body-mime")
    headers = split_headers(raw, 0, MAX_HEADER_BYTES)[0] if raw else _read_headers(form)
    raw = raw or rebuild_mail(
        headers,
        text=form.text("body-plain"),
        html=form.text("body-html"),
        files=list_form_files(form, _read_content_ids(form)),
    )
    verdict = verdict_from_mailgun(
        headers,
        spf=_get_only(headers, "x-mailgun-spf"),
        dkim=_get_only(headers, "x-mailgun-dkim-check-result"),
        envelope_sender=form.text("sender"),
    )
    return ProviderMail(raw, _get_recipients(form), form.text("sender"), verdict)


def list_mailgun_recipients(body: bytes, content_type: str) -> tuple[str, ...]:
    """Return only the SMTP recipients."""
    return _get_recipients(read_form(body, content_type))


def _get_recipients(form: Form) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in form.text("recipient").split(","))))


def _read_headers(form: Form) -> HeaderList:
    try:
        pairs = json.loads(form.text("message-headers"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            InboundReason.FIELDS_MISSING, fields="body-mime, message-headers"
        ) from error
    if not isinstance(pairs, list):
        raise UnreadableError(InboundReason.FIELDS_MISSING, fields="message-headers")
    return [(str(p[0]), str(p[1])) for p in pairs if isinstance(p, list) and len(p) == 2]


def _get_only(headers: HeaderList, name: str) -> str:
    """Return a header's value if it occurs once; a second one could be the sender's own."""
    values = get_header_values(headers, name)
    return values[0] if len(values) == 1 else ""


def _read_content_ids(form: Form) -> dict[str, str]:
    """Turn Mailgun's {content-id: field} into {field: content-id}."""
    content_ids = read_json_or_empty(form.text("content-id-map"))
    return {str(name): str(content_id) for content_id, name in content_ids.items()}
