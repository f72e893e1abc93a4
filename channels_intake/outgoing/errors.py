"""Why a mail was not taken: for now, or for good. SMTP's classes 4 and 5 (RFC 5321, 4.2.1), HTTP's for APIs."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass

from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError

# A wrong password or a blocked server is ours to mend: the mail waits.
RETRYABLE_STATUSES = {401, 402, 403, 429}

# What a backend may raise when a mail is not taken, or cannot be made; anything else is a fault of the code.
MAIL_SERVER_ERRORS = (smtplib.SMTPException, AnymailError, OSError)
SEND_ERRORS = (*MAIL_SERVER_ERRORS, ValueError)


@dataclass(frozen=True, slots=True)
class Refusal:
    """for_good: trying again would change nothing."""

    for_good: bool
    why: str


def classify_send_error(error: Exception) -> Refusal:
    """Tell from what a mail backend raised whether the mail may be tried again."""
    why = " ".join(f"{type(error).__name__}: {error}".split())[:1000]
    return Refusal(_is_for_good(error), why)


def _is_for_good(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True
    if isinstance(error, AnymailRecipientsRefused):
        return True
    if isinstance(error, AnymailRequestsAPIError):
        status = error.status_code or 500
        return 400 <= status < 500 and status not in RETRYABLE_STATUSES
    # What is left of ValueError cannot be made a mail: an address or header that is none.
    return isinstance(error, ValueError) and not isinstance(error, OSError)
