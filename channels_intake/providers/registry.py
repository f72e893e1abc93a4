"""The translators by provider name, as stored with each inbound row."""

from collections.abc import Callable

from channels_intake.providers.errors import UnreadableError
from channels_intake.providers.mailgun import read_mailgun
from channels_intake.providers.mailjet import read_mailjet
from channels_intake.providers.postmark import read_postmark
from channels_intake.providers.provider_mail import ProviderMail
from channels_intake.providers.sendgrid import read_sendgrid
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
