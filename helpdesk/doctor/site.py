"""SITE_URL, the address that people type, leads to this installation, and its certificate holds."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPMessage
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.doctor.files import STATIC_SAMPLE
from helpdesk.doctor.findings import Finding, read_reason, report_problem

TIMEOUT = 5  # seconds
MIN_DAYS = 14  # that a certificate should still be valid; certbot renews 30 days before the end
MAX_CLOCK_SKEW = 60  # seconds between this computer and the one that serves SITE_URL
SITE = "SITE_URL"


def check_site() -> Iterator[Finding]:
    """Fetch a static file of this version from SITE_URL, and look at its certificate and clock."""
    given = {"site": settings.SITE_URL, "reason": ""}
    try:
        url = settings.SITE_URL + staticfiles_storage.url(STATIC_SAMPLE)
        with urlopen(Request(url), timeout=TIMEOUT) as response:  # noqa: S310 (http or https)
            is_ours = response.read(100).lstrip().startswith(b"<svg")
            headers = response.headers
    except HTTPError as error:
        is_ours, headers = False, error.headers
    except (OSError, ValueError, HTTPException) as error:  # the last: no HTTP
        yield report_problem(SITE, explain_failure(error))
        return
    if not is_ours:
        text = _("%(site)s responds, but not as this installation. Check DNS and the proxy.")
        yield report_problem(SITE, text % given)
        return
    yield Finding(SITE, _("%(site)s is this installation.") % given)
    yield from check_clock(headers)
    yield from check_certificate()


def explain_failure(error: Exception) -> str:
    """Return why SITE_URL can't be fetched, in a sentence that says what to do."""
    cause = error.reason if isinstance(error, URLError) else error
    given = {"site": settings.SITE_URL, "host": urlsplit(settings.SITE_URL).hostname}
    given["reason"] = read_reason(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        if "expired" in cause.verify_message:
            text = _("The certificate of %(site)s has expired. Renew it, and reload the proxy.")
        else:
            given["reason"] = cause.verify_message
            text = _(
                "The certificate of %(site)s is not valid: %(reason)s. Install one for %(host)s,"
                " with all intermediate certificates."
            )
    elif isinstance(cause, socket.gaierror):
        text = _(
            "%(host)s has no address: the name is unknown, or DNS does not respond. Check the DNS"
            " entry of SITE_URL and /etc/resolv.conf."
        )
    else:
        text = _("%(site)s does not respond: %(reason)s. Check DNS, the proxy and the web process.")
    return text % given


def check_clock(headers: HTTPMessage) -> Iterator[Finding]:
    """Compare the clock of the server behind SITE_URL with this computer's."""
    try:
        then = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:  # it sends none
        return
    seconds = abs((datetime.now(UTC) - then).total_seconds())
    if seconds > MAX_CLOCK_SKEW:
        text = _(
            "The clocks of this computer and of the server at %(site)s differ by %(minutes)d"
            " minutes. Codes of authenticator apps, sign-ins and SLA times depend on them: set up"
            " time synchronization (NTP) on both."
        )
        given = {"site": settings.SITE_URL, "minutes": round(seconds / 60)}
        yield report_problem(_("Clock of the web server"), text % given)


def check_certificate() -> Iterator[Finding]:
    """Say until when the certificate of SITE_URL is valid. It was verified before."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        return
    address = (site.hostname or "", site.port or 443)
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection(address, timeout=TIMEOUT) as raw,
            context.wrap_socket(raw, server_hostname=site.hostname) as connection,
        ):
            ends = ssl.cert_time_to_seconds(str((connection.getpeercert() or {})["notAfter"]))
    except OSError as error:
        yield report_problem(_("Certificate"), explain_failure(error))
        return
    yield judge_certificate(datetime.fromtimestamp(ends, UTC), datetime.now(UTC))


def judge_certificate(ends: datetime, now: datetime) -> Finding:
    """Return a finding about a certificate that is valid until ``ends``."""
    days = (ends - now).days
    if days >= MIN_DAYS:
        text = _("Valid until %(date)s.")
        return Finding(_("Certificate"), text % {"date": ends.date().isoformat()})
    text = ngettext(
        "The certificate of %(site)s ends in %(count)d day. Check why it isn't renewed.",
        "The certificate of %(site)s ends in %(count)d days. Check why it isn't renewed.",
        days,
    )
    given = {"site": settings.SITE_URL, "count": days}
    return report_problem(_("Certificate"), text % given)
