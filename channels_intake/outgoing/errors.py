"""Failures to send an email: temporary or permanent, and their reasons in words.

SMTP's reply classes 4 and 5 (RFC 5321, 4.2.1) and the HTTP statuses of provider APIs.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass

from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.utils.translation import gettext as _

from tickets.sentences.reasons import ReasonCode, describe_reason, make_reason

MAX_REASON_CHARS = 1000

# Wrong credentials, an unpaid bill, a blocked server, too many requests: the admins of the
# installation can fix these, so the email waits.
RETRYABLE_STATUSES = {401, 402, 403, 429}

MAIL_SERVER_ERRORS = (smtplib.SMTPException, AnymailError, OSError)
# A ValueError is an address or header that cannot be made an email; anything else is a bug.
SEND_ERRORS = (*MAIL_SERVER_ERRORS, ValueError)

# Reasons of our own are stored as codes; all others are the server's words, stored as they came.
NOTHING_SENT: str = ReasonCode.NOTHING_SENT.value
TIMED_OUT: str = ReasonCode.TIMED_OUT.value
WORKER_DIED: str = ReasonCode.WORKER_DIED.value
ERASED = "erased"
OWN_REASONS = {NOTHING_SENT, TIMED_OUT, WORKER_DIED}


class SendTimeoutError(TimeoutError):
    """The mail server took longer than settings.EMAIL_SEND_SECONDS for one email."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The mail server took longer than {seconds:g} seconds.")


@dataclass(frozen=True, slots=True)
class SendFailure:
    """Why an email was not sent. is_permanent: another try would fail in the same way."""

    is_permanent: bool
    reason: str


def classify_send_error(error: Exception) -> SendFailure:
    """Return whether what a mail backend raised is permanent, and the reason to store."""
    if isinstance(error, SendTimeoutError):
        return SendFailure(False, TIMED_OUT)
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:MAX_REASON_CHARS]
    return SendFailure(_is_permanent(error), reason)


def describe_failure(reason: str) -> str:
    """Return a stored reason as a sentence; the words of a mail server are returned as they are."""
    if reason == ERASED:
        return _("The email was erased before it was sent.")
    if reason in OWN_REASONS:
        return describe_reason(make_reason(ReasonCode(reason)))
    return reason


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    if isinstance(error, smtplib.SMTPNotSupportedError | AnymailRecipientsRefused):
        return True
    if isinstance(error, AnymailRequestsAPIError):
        status = error.status_code or 500
        return 400 <= status < 500 and status not in RETRYABLE_STATUSES
    return isinstance(error, ValueError) and not isinstance(error, OSError)
