"""Pages that other websites may show in a frame. Every other page stays out of all frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from csp.constants import NONE
from django.http import HttpRequest, HttpResponse

R = TypeVar("R", bound=HttpResponse)


def allow_framing(response: R, hosts: Sequence[str]) -> R:
    """Let pages on these hosts show a response in a frame; no page if there are none.

    hosts: as in CSP, well-formed. Browsers that know frame-ancestors ignore X-Frame-Options, which
    can't name hosts (CSP Level 3, 6.4.2.2); it is left out only together with them.
    """
    # As django-csp's decorator csp_replace sets it.
    replaced = {"frame-ancestors": list(hosts) or [NONE]}
    response._csp_replace = replaced  # type: ignore[attr-defined]  # set by django-csp
    if hosts:
        response.xframe_options_exempt = True
    return response


def is_from_own_page(request: HttpRequest) -> bool:
    """Return False for a request that another site's page made.

    For forms without a CSRF token: browsers keep its cookie from pages in frames of other sites.
    """
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return origin in (None, own) and site in ("same-origin", "none")
