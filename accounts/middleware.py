"""Find the desk of a request and enter it, then find the person's role there.

The desk comes from the host name, or else from the first path segment, which is moved to the script
prefix like a mount point, so that no view knows of it. An installation with one desk needs neither.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import cast

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import set_script_prefix
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.database.database_errors import log_database_error
from accounts.database.request_sql import read_agent, read_desks
from accounts.models import Agent, Contact, Desk, User
from accounts.places.languages import get_reader_language, get_time_zone, use_locale
from accounts.tenancy import desk_scope, no_desk_scope, release_connection

INBOUND = "/inbound/"  # where mail providers post (channels_intake.urls)
OUTSIDE = ("/admin/", "/login/")
WELL_KNOWN = "/.well-known/oauth-authorization-server"

Handler = Callable[[HttpRequest], HttpResponseBase]


class DeskRequest(HttpRequest):
    """A request with its desk and its agent or contact; None where there is none."""

    desk: Desk | None
    agent: Agent | None
    contact: Contact | None


class DeskMiddleware:
    """Set ``request.desk`` (a Desk or None) and stay inside it until the response is made."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            desk = find_desk(request)
        except (OperationalError, InterfaceError) as error:
            if log_database_error(error, during="find_desk"):
                return build_busy_response(request)
            return build_unavailable_response(request)
        if desk is not None and desk.is_suspended and not request.path_info.startswith(INBOUND):
            if not is_installation_page(request):
                return build_suspended_response(request, desk)
            desk = None
        cast(DeskRequest, request).desk = desk
        if desk is None:
            with no_desk_scope(), _page_locale(cast(DeskRequest, request)):
                return self.get_response(request)
        with desk_scope(desk), _page_locale(cast(DeskRequest, request)):
            try:
                return self.get_response(request)
            finally:
                release_connection()


class PersonMiddleware:
    """Set ``request.agent`` and ``request.contact``: the user's role at this desk, or None."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        self.place(cast(DeskRequest, request))
        return self.get_response(request)

    def place(self, request: DeskRequest) -> None:
        request.agent = request.contact = None
        if request.desk is not None and request.user.is_authenticated:
            request.agent = read_agent(request.desk, request.user)
            if request.agent is None:
                of_user = {"desk": request.desk, "user": request.user}
                contacts = Contact.objects.filter(**of_user, may_log_in=True)
                request.contact = contacts.select_related("account__plan").first()


class LanguageMiddleware:
    """Use the reader's own language and time zone; until here only the browser's is known."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user if request.user.is_authenticated else None
        with _page_locale(cast(DeskRequest, request), user):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", get_language() or "")
        return response


def _page_locale(request: DeskRequest, user: User | None = None) -> AbstractContextManager[None]:
    accepted = request.headers.get("Accept-Language", "")
    return use_locale(
        language=get_reader_language(desk=request.desk, user=user, accepted=accepted),
        time_zone=get_time_zone(desk=request.desk, user=user),
        desk=request.desk,
    )


def build_unavailable_response(request: HttpRequest) -> HttpResponse:
    """Respond while the database is unavailable, in the browser's language.

    With 503, mail providers try again later.
    """
    with _browser_locale(request, None):
        text = _("The help desk is temporarily unavailable. Please try again in a minute.")
        return _build_plain_response(text, retry_after=30)


def build_busy_response(request: HttpRequest) -> HttpResponse:
    """Respond while every database connection of this process is in use: the pool is exhausted."""
    with _browser_locale(request, None):
        text = _("The help desk is very busy right now. Please try again in a few seconds.")
        return _build_plain_response(text, retry_after=5)


def build_suspended_response(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Respond for any page of a suspended desk, in the browser's language. Email is still accepted.

    503 means "for now": search engines keep the pages, API clients try again, and it isn't mistaken
    for missing permissions like 403 or 404.
    """
    with _browser_locale(request, desk):
        text = _(
            "The help desk of %(desk)s is temporarily suspended. Email sent to it is kept and "
            "will be read later."
        ) % {"desk": desk.name}
        return _build_plain_response(text, retry_after=3600)


def _build_plain_response(text: str, *, retry_after: int) -> HttpResponse:
    headers = {
        "Retry-After": str(retry_after),
        "Cache-Control": "no-store",
        "Content-Language": get_language() or "",
    }
    return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers=headers)


def _browser_locale(request: HttpRequest, desk: Desk | None) -> AbstractContextManager[None]:
    accepted = request.headers.get("Accept-Language", "")
    return use_locale(
        language=get_reader_language(desk=desk, accepted=accepted),
        time_zone=get_time_zone(desk=desk),
        desk=desk,
    )


def find_desk(request: HttpRequest) -> Desk | None:
    """Return the desk of a request by its host, by its first path segment, or the only one.

    One query. A suspended desk is returned too. A path segment that names a desk is moved from the
    path to the script prefix.
    """
    if request.path_info.startswith(settings.STATIC_URL):
        return None
    _move_well_known(request)
    slug, _, rest = request.path_info.removeprefix("/").partition("/")
    host = request.get_host().rpartition(":")[0] or request.get_host()
    desks = read_desks(host=host.lower(), slug=slug)
    if by_host := next((desk for desk in desks if desk.domain == host.lower()), None):
        return by_host
    if by_path := next((desk for desk in desks if desk.slug == slug), None):
        mount(request, f"/{slug}", "/" + rest)
        return by_path
    return get_only_desk()


def _move_well_known(request: HttpRequest) -> None:
    """Read /.well-known/x/desk/oauth as /desk/oauth/.well-known/x, which is where the view is.

    RFC 8414, 3.1, puts the path of an issuer last. ``request.path`` stays as it was asked for.
    """
    path = request.path_info
    if path.startswith(f"{WELL_KNOWN}/"):
        moved = path.removeprefix(WELL_KNOWN).rstrip("/") + WELL_KNOWN
        request.path_info = request.META["PATH_INFO"] = moved


def is_installation_page(request: HttpRequest) -> bool:
    """Return True for pages that open while the only desk is suspended, as if it did not exist.

    The installation's admin has no other way to resume it.
    """
    is_asked_by_path = bool(request.META.get("SCRIPT_NAME"))
    return (
        not is_asked_by_path
        and request.path_info.startswith(OUTSIDE)
        and get_only_desk() is not None
    )


def get_only_desk() -> Desk | None:
    """Return the installation's desk if it has exactly one."""
    desks = list(Desk.objects.all()[:2])
    return desks[0] if len(desks) == 1 else None


def mount(request: HttpRequest, prefix: str, rest: str) -> None:
    """Make ``prefix`` the script prefix of a request and ``rest`` its path below it."""
    request.path_info = rest
    request.META["SCRIPT_NAME"] = prefix
    request.META["PATH_INFO"] = rest
    set_script_prefix(prefix + "/")
