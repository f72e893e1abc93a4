"""Errors of requests to an admin's URLs: codes and their sentences. Pure."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sentences import CodedError


class UrlProblem(StrEnum):
    """Why a URL must not be requested. CRM pulls store these codes."""

    NOT_A_URL = "not_a_url"
    NO_SCHEME = "no_scheme"
    USER_IN_URL = "user_in_url"
    HOST_NOT_ALLOWED = "host_not_allowed"
    ONLY_HTTPS = "only_https"
    NOT_PUBLIC = "not_public"


class RequestProblem(StrEnum):
    """Why there is no usable response. CRM pulls store these codes."""

    NO_RESPONSE = "no_response"
    NO_CONNECTION = "no_connection"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    NO_PROXY = "no_proxy"
    PROXY_REFUSED = "proxy_refused"


URL_SENTENCES: dict[str, Promise] = {
    UrlProblem.NOT_A_URL: _("This is not a URL."),
    UrlProblem.NO_SCHEME: _("This isn't a URL. Start it with https://."),
    UrlProblem.USER_IN_URL: _("Remove the user name from the URL."),
    UrlProblem.HOST_NOT_ALLOWED: _("%(host)s is not an allowed host."),
    UrlProblem.ONLY_HTTPS: _("Only https on port 443 is allowed."),
    UrlProblem.NOT_PUBLIC: _("%(host)s is not a public address."),
}
REQUEST_SENTENCES: dict[str, Promise] = {
    RequestProblem.NO_RESPONSE: _("%(host)s did not respond: %(error)s"),
    RequestProblem.NO_CONNECTION: _(
        "%(host)s did not respond. Check the URL, and that the server is running."
    ),
    RequestProblem.TOO_SLOW: _("%(host)s took longer than %(seconds)g seconds."),
    RequestProblem.TOO_LARGE: _("The response is too large."),
    RequestProblem.NO_PROXY: _(
        "Plumbline's outgoing proxy did not respond. Ask whoever runs Plumbline to check it."
    ),
    RequestProblem.PROXY_REFUSED: _(
        "Plumbline's outgoing proxy refused to connect to %(host)s (status %(status)s). Ask whoever"
        " runs Plumbline to allow it."
    ),
}


class ForbiddenAddressError(CodedError):
    """The URL must not be requested. The message says why."""

    sentences = URL_SENTENCES


class UnreachableError(CodedError):
    """The host didn't respond, took too long, or sent too much data."""

    sentences = REQUEST_SENTENCES
