"""Outgoing email: the server answers, encrypts as set up, and accepts the password."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.doctor.findings import Finding, read_reason, report_problem
from helpdesk.environment.mail import SMTP_BACKEND


def check_mail() -> Iterator[Finding]:
    """Connect to the mail server and sign in, without sending anything."""
    subject = _("Outgoing email")
    if settings.EMAIL_BACKEND != SMTP_BACKEND:
        name = settings.EMAIL_PROVIDER or settings.EMAIL_BACKEND.rpartition(".")[0]
        text = _("Sent through %(name)s. Try it with `manage.py doctor --send-test-mail ADDRESS`.")
        yield Finding(subject, text % {"name": name})
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    backend = get_connection()
    try:
        backend.open()
        backend.close()
    except (smtplib.SMTPException, OSError) as error:
        yield report_problem(subject, _explain(error, server))
        return
    yield Finding(subject, _("%(server)s accepts email.") % {"server": server})


def _explain(error: Exception, server: str) -> str:
    given = {"server": server, "reason": read_reason(error)}
    if isinstance(error, ssl.SSLCertVerificationError):
        text = _(
            "The certificate of %(server)s is not valid: %(reason)s. Renew it, or name its"
            " authority in SSL_CERT_FILE."
        )
    elif isinstance(error, ssl.SSLError):
        text = _("%(server)s does not speak TLS: %(reason)s. Check the start of EMAIL_URL.")
    elif isinstance(error, smtplib.SMTPAuthenticationError):
        text = _("%(server)s rejected the user name or password. Correct them in EMAIL_URL.")
    else:
        text = _("%(server)s cannot be used: %(reason)s. Check EMAIL_URL.")
    return text % given


def send_test_mail(address: str) -> Finding:
    """Send an email to an address, so that its owner sees that it arrives."""
    subject = _("Test email")
    body = _("Email from %(site)s works. You don't need to do anything.") % {
        "site": settings.SITE_URL
    }
    try:
        EmailMessage(_("Test email of Plumbline"), body, to=[address]).send()
    except MAIL_SERVER_ERRORS as error:
        text = _("Could not be sent: %(reason)s")
        return report_problem(subject, text % {"reason": read_reason(error)})
    return Finding(subject, _("Sent to %(address)s.") % {"address": address})
