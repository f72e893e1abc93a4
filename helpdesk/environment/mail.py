"""Reading and checks of the settings of outgoing email."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# Per scheme: how the connection is encrypted, and the default port.
SCHEMES = {
    "smtp": ("", 25),
    "smtp+tls": ("tls", 587),  # STARTTLS
    "smtp+ssl": ("ssl", 465),  # TLS from the first byte
    "submission": ("tls", 587),
    "submit": ("tls", 587),
    "console": ("", 25),  # prints emails, to try something out
}
CONSOLE_BACKEND = "django.core.mail.backends.console.EmailBackend"
SMTP_BACKEND = "channels_intake.outgoing.smtp.EmailBackend"
TRUE = {"1", "y", "yes", "t", "true", "on"}
# What a provider's API needs, at least. Amazon's keys are AWS_*, which boto3 reads.
REQUIRED = {
    "postmark": ["POSTMARK_SERVER_TOKEN"],
    "mailgun": ["MAILGUN_API_KEY"],
    "sendgrid": ["SENDGRID_API_KEY"],
    "mailjet": ["MAILJET_API_KEY", "MAILJET_SECRET_KEY"],
    "amazon_ses": [],
    "brevo": ["BREVO_API_KEY"],
}
PROVIDERS = ["", *REQUIRED]
EXAMPLE = "smtp+tls://user:password@smtp.example.com:587"


def parse_email_url(url: str) -> dict[str, Any]:
    """Return Django's EMAIL_ settings of EMAIL_URL, or an empty dict for an invalid one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return {}
    if parts.scheme not in SCHEMES or not (parts.hostname or parts.scheme == "console"):
        return {}
    encryption, usual_port = SCHEMES[parts.scheme]
    encryption = _read_options(parts) or encryption
    return {
        "EMAIL_BACKEND": CONSOLE_BACKEND if parts.scheme == "console" else SMTP_BACKEND,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or usual_port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": encryption == "tls",
        "EMAIL_USE_SSL": encryption == "ssl",
    }


def _read_options(parts: SplitResult) -> str:
    """Return the encryption that ?ssl=true or ?tls=true asks for, or ""."""
    options = parse_qs(parts.query)
    wanted = [name for name in ("ssl", "tls") if options.get(name, [""])[0].lower() in TRUE]
    return wanted[0] if wanted else ""


def list_mail_problems(
    *,
    url: str,
    provider: str | None,
    provider_settings: Any,
    sender: str,
    is_production: bool,
) -> list[str]:
    """Return what is wrong with the settings of outgoing email, without repeating secrets."""
    problems = []
    if url and not (parsed := parse_email_url(url)):
        problems.append(_explain_email_url(url))
    elif url and is_production and parsed["EMAIL_BACKEND"] != SMTP_BACKEND:
        problems.append(f"EMAIL_URL sends nothing. In production, write {EXAMPLE}")
    if is_production and not url and provider == "":
        problems.append(
            f"EMAIL_URL is missing, so no email could be sent. Write {EXAMPLE}, or set"
            " EMAIL_PROVIDER."
        )
    if not _is_sender(sender):
        problems.append("DEFAULT_FROM_EMAIL must be an email address like helpdesk@example.com.")
    return problems + _list_provider_problems(provider, provider_settings)


def _explain_email_url(url: str) -> str:
    if url.startswith("smtps://"):
        return (
            "EMAIL_URL must start with smtp+ssl:// for TLS or with smtp+tls:// for STARTTLS;"
            " smtps:// has been used for both."
        )
    return (
        "EMAIL_URL must start with smtp://, smtp+tls:// (STARTTLS) or smtp+ssl:// (TLS) and name"
        " a host, special letters of the password in % notation."
    )


def _list_provider_problems(provider: str | None, provider_settings: Any) -> list[str]:
    if provider_settings is None:  # could not be read, which is reported already
        return []
    if not isinstance(provider_settings, dict):
        return ['EMAIL_PROVIDER_SETTINGS must be a JSON object like {"NAME": "value"}.']
    if not provider:
        if provider == "" and provider_settings:
            return ["EMAIL_PROVIDER is missing. EMAIL_PROVIDER_SETTINGS needs it."]
        return []
    missing = [name for name in REQUIRED[provider] if not provider_settings.get(name)]
    return [
        f'EMAIL_PROVIDER_SETTINGS needs {name}: {{"{name}": "..."}}, because EMAIL_PROVIDER is'
        f" {provider}."
        for name in missing
    ]


def _is_sender(text: str) -> bool:
    _name, address = parseaddr(text)
    try:
        validate_email(address)
    except ValidationError:
        return False
    return "\n" not in text
