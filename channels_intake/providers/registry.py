"""The translators by provider name, as stored with each inbound row."""

from collections.abc import Callable

from channels_intake.providers.errors import UnreadableError
from channels_intake.providers.mailgun import list_mailgun_recipients, read_mailgun
from channels_intake.providers.mailjet import list_mailjet_recipients, read_mailjet
from channels_intake.providers.postmark import list_postmark_recipients, read_postmark
from channels_intake.providers.provider_mail import ProviderMail
from channels_intake.providers.sendgrid import list_sendgrid_recipients, read_sendgrid
from channels_intake.reasons import InboundReason

Translator = Callable[[bytes, str], ProviderMail]


def read_raw(body: bytes, content_type: str) -> ProviderMail:
    """Return an email exactly as the mail server delivered it."""
    return ProviderMail(body)


TRANSLATORS: dict[str, Translator] = {
    "postmark": read_postmark,
    "mailgun": read_mailgun,
    "sendgrid": read_sendgrid,
    "mailjet": read_mailjet,
    "raw": read_raw,
}
# Read only the SMTP recipients.
RECIPIENTS: dict[str, Callable[[bytes, str], tuple[str, ...]]] = {
    "postmark": list_postmark_recipients,
    "mailgun": list_mailgun_recipients,
    "sendgrid": list_sendgrid_recipients,
    "mailjet": list_mailjet_recipients,
}
MAX_GLANCE_BYTES = 32 * 1024 * 1024  # a millisecond or two for each mebibyte


def translate(provider: str, body: bytes, content_type: str) -> ProviderMail:
    """Translate a stored payload into a raw email.

    Raises UnreadableError for a payload that isn't what the provider documents.
    """
    if provider not in TRANSLATORS:
        raise UnreadableError(InboundReason.UNKNOWN_PROVIDER, provider=provider)
    mail = TRANSLATORS[provider](body, content_type)
    if not mail.raw.strip():
        raise UnreadableError(InboundReason.EMPTY_PAYLOAD)
    return mail


def list_recipients(provider: str, body: bytes, content_type: str) -> tuple[str, ...]:
    """Return the SMTP recipients in a payload, or () if it can't be read or is too long.

    Used before processing, to find out which desk's share the email counts toward.
    """
    if len(body) > MAX_GLANCE_BYTES:
        return ()
    try:
        return RECIPIENTS[provider](body, content_type)
    except UnreadableError:
        return ()
