"""Failures to send an email: temporary or permanent, and their reasons in words.

SMTP's reply classes 4 and 5 (RFC 5321, 4.2.1) and the HTTP statuses of provider APIs.

A refusal of the connection, the credentials or the sender, or a denied relay, says that our mail
server is set up wrongly, and nothing about the recipient. Such email waits, as for a server that is
down, and its agent reads a sentence if it fails in the end.
"""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass

from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.utils.translation import gettext as _

from tickets.sentences.reasons import ReasonCode, describe_reason, make_reason
from tickets.sentences.refusals import describe_refusal

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
MAIL_SETUP: str = ReasonCode.MAIL_SETUP.value
TOO_LARGE: str = ReasonCode.TOO_LARGE.value
ERASED = "erased"
OWN_REASONS = {NOTHING_SENT, TIMED_OUT, WORKER_DIED, MAIL_SETUP, TOO_LARGE}

# STARTTLS or a sign-in is missing, or it failed (RFC 3207, RFC 4954).
AUTHENTICATION_REQUIRED = 530
SETUP_CODES = {503, AUTHENTICATION_REQUIRED, 534, 535, 538}
SETUP_STATUSES = {401, 402, 403}  # of provider APIs
# What servers of all makes write if they don't relay for this server.
_NO_RELAY = re.compile(
    r"\brelay|rcpthosts|authentication (is )?required|authenticate first|must issue a starttls",
    re.IGNORECASE,
)
# RFC 3463: the address is wrong, or its mailbox is closed. Postfix may add “in relay recipient
# table”, and the address itself may have such a word. 5.1.7 and 5.1.8 are about the sender.
_OF_RECIPIENT = re.compile(r"\b5\.(1\.[1-6]|1\.10|2\.\d)\b|relay recipient table", re.IGNORECASE)
_ADDRESS = re.compile(r"\S*@\S*")
# RFC 3463: the message is too big for the server or the recipient. 5.2.2 is a full mailbox.
_SIZE_STATUS = re.compile(r"\b5\.(2\.3|3\.4)\b")
_STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_SIZE_WORDS = re.compile(r"\bsize\b|too (large|big)", re.IGNORECASE)
SIZE_CODE = 552
NOT_NOW = 421  # RFC 5321, 3.8: the server closes this connection, of which it has too many
CONTENT_TOO_LARGE = 413  # RFC 9110, of providers


class ServerSetupError(smtplib.SMTPException):
    """The mail server did not let us begin: it lacks an extension that the settings ask for."""


class UnreachableError(smtplib.SMTPException):
    """The mail server can't be connected to, or refuses the sign-in: so it does for every email."""


class SendTimeoutError(TimeoutError):
    """The mail server took longer than settings.EMAIL_SEND_SECONDS for one email."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The mail server took longer than {seconds:g} seconds.")


@dataclass(frozen=True, slots=True)
class SendFailure:
    """The reason why an email was not sent. is_permanent: another try would fail in the same way.

    in_the_end: the code of our own sentence for an email that fails after all its tries, if the
    server's words are for the admins of the installation only. is_ours: the mail server refuses us,
    whatever the email. is_for_all: every other email now, too. is_busy: those of this connection,
    while others may go on.
    """

    is_permanent: bool
    reason: str
    in_the_end: str = ""
    is_for_all: bool = False
    is_busy: bool = False

    @property
    def is_ours(self) -> bool:
        return self.in_the_end == MAIL_SETUP


def classify_send_error(error: Exception) -> SendFailure:
    """Return whether what a mail backend raised is permanent, and the reason to store."""
    if isinstance(error, SendTimeoutError):
        return SendFailure(False, TIMED_OUT)
    if _is_too_large(error):
        return SendFailure(True, TOO_LARGE)
    reason = _describe(error)
    if _is_setup(error):
        is_busy = _is_busy(error)
        is_for_all = not is_busy and _is_for_all(error)
        return SendFailure(False, reason, MAIL_SETUP, is_for_all=is_for_all, is_busy=is_busy)
    return SendFailure(_is_permanent(error), reason)


def _describe(error: Exception) -> str:
    """Return the server's words, or what Python says."""
    cause = error.__cause__ if isinstance(error, UnreachableError) else None
    if isinstance(cause, Exception):
        return _describe(cause)
    replies = dict.fromkeys(f"{code} {words}" for code, words in _list_replies(error))
    text = "; ".join(replies) or f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:MAX_REASON_CHARS]


def describe_failure(reason: str) -> str:
    """Return a stored reason as a sentence, with the words of the mail server if there are some."""
    if reason == ERASED:
        return _("The email was erased before it was sent.")
    if reason in OWN_REASONS:
        return describe_reason(make_reason(ReasonCode(reason)))
    return describe_refusal(reason)


def _list_replies(error: Exception) -> list[tuple[int, str]]:
    """Return the code and the words of each reply with which a server refused an email."""
    replies: list[tuple[int, bytes | str]] = []
    if isinstance(error, AnymailRequestsAPIError) and error.status_code == CONTENT_TOO_LARGE:
        return [(SIZE_CODE, "5.3.4")]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies.extend(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        replies.append((error.smtp_code, error.smtp_error))
    return [
        (code, words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words))
        for code, words in replies
    ]


def _is_too_large(error: Exception) -> bool:
    """Return True if the email is too large for the server or for its recipient."""
    replies = _list_replies(error)
    return bool(replies) and all(
        _SIZE_STATUS.search(words)
        or (code == SIZE_CODE and not _STATUS.search(words) and _SIZE_WORDS.search(words))
        for code, words in replies
    )


def _is_setup(error: Exception) -> bool:
    """Return True if the refusal is about this server and not about the email's recipient."""
    if isinstance(error, AnymailRequestsAPIError):
        return error.status_code in SETUP_STATUSES
    if isinstance(error, UnreachableError | ServerSetupError):
        return True
    if isinstance(error, smtplib.SMTPHeloError | smtplib.SMTPConnectError):
        return True
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused):
        return True
    replies = _list_replies(error)
    return bool(replies) and all(
        code in SETUP_CODES or (code in range(500, 600) and _is_relay_denied(words))
        for code, words in replies
    )


def _is_busy(error: Exception) -> bool:
    """Return True if the server took no connection at the moment, maybe because it has others."""
    cause = error.__cause__ if isinstance(error, UnreachableError) else None
    return isinstance(cause, smtplib.SMTPResponseException) and cause.smtp_code == NOT_NOW


def _is_for_all(error: Exception) -> bool:
    """Return True if the server would refuse the next email in the same way, whoever sends it."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code == AUTHENTICATION_REQUIRED
    given = UnreachableError | ServerSetupError | smtplib.SMTPHeloError
    return isinstance(error, given | smtplib.SMTPConnectError | smtplib.SMTPAuthenticationError)


def _is_relay_denied(words: str) -> bool:
    if _OF_RECIPIENT.search(words):
        return False
    return _NO_RELAY.search(_ADDRESS.sub("", words)) is not None


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    if isinstance(error, smtplib.SMTPNotSupportedError | AnymailRecipientsRefused):
        return True
    if isinstance(error, AnymailRequestsAPIError):
        status = error.status_code or 500
        return 400 <= status < 500 and status not in RETRYABLE_STATUSES
    return isinstance(error, ValueError) and not isinstance(error, OSError)
