"""SITE_URL, the address that people type, leads to this installation."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import gettext as _

from helpdesk.doctor.files import STATIC_SAMPLE
from helpdesk.doctor.findings import Finding, read_reason, report_problem

TIMEOUT = 5  # seconds


def check_site() -> Iterator[Finding]:
    """Fetch a static file of this version from SITE_URL."""
    subject = "SITE_URL"
    given = {"site": settings.SITE_URL, "reason": ""}
    try:
        url = settings.SITE_URL + staticfiles_storage.url(STATIC_SAMPLE)
        with urlopen(Request(url), timeout=TIMEOUT) as response:  # noqa: S310 (http or https)
            is_ours = response.read(100).lstrip().startswith(b"<svg")
    except HTTPError as error:
        given["reason"], is_ours = str(error.code), False
    except (OSError, ValueError, HTTPException) as error:  # the last: no HTTP
        given["reason"] = read_reason(error)
        text = _("%(site)s does not respond: %(reason)s. Check DNS, the proxy and the web process.")
        yield report_problem(subject, text % given)
        return
    if not is_ours:
        text = _("%(site)s responds, but not as this installation. Check DNS and the proxy.")
        yield report_problem(subject, text % given)
        return
    yield Finding(subject, _("%(site)s is this installation.") % given)
