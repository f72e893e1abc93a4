"""Finds the desk of a request, enters it, and then the person's place there.

The desk comes from the host name, or else from the first path segment, which is moved to the script prefix like
a mount point: nothing below knows. An installation with a single desk needs neither.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import cast

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import set_script_prefix
from django.utils.translation import get_language

from accounts.languages import get_reader_language, get_time_zone, use_locale
from accounts.models import Agent, Contact, Desk, User
from accounts.tenancy import desk_scope, no_desk_scope, release_connection

INBOUND = "/inbound/"  # where mail providers post (channels_intake.urls)
OUTSIDE = ("/admin/", "/login/")

Handler = Callable[[HttpRequest], HttpResponseBase]


class DeskRequest(HttpRequest):
    """A request whose desk and person were looked up; None where there is none."""

    desk: Desk | None
    agent: Agent | None
    contact: Contact | None


class DeskMiddleware:
    """Sets ``request.desk`` (a Desk or None) and works for it until the response is made."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            desk = find_desk(request)
        except (OperationalError, InterfaceError):
            # 503, so that whoever brings mail comes again (reliability.md, fault 6).
            return HttpResponse("The database is away.", status=503, headers={"Retry-After": "30"})
        if desk is not None and desk.is_suspended and not request.path_info.startswith(INBOUND):
            if not is_installation_page(request):
                return build_suspended_response(desk)
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
    """Sets ``request.agent`` and ``request.contact``: what the user is at this desk, or None."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        self.place(cast(DeskRequest, request))
        return self.get_response(request)

    def place(self, request: DeskRequest) -> None:
        request.agent = request.contact = None
        if request.desk is not None and request.user.is_authenticated:
            of_user = {"desk": request.desk, "user": request.user}
            agents = Agent.objects.with_closed_departments()
            request.agent = agents.filter(**of_user, is_active=True).first()
            if request.agent is None:
                contacts = Contact.objects.filter(**of_user, may_log_in=True)
                request.contact = contacts.select_related("account__plan").first()


class LanguageMiddleware:
    """Shows the page in the reader's own language and time zone; until here only the browser's is known."""

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


def build_suspended_response(desk: Desk) -> HttpResponse:
    """The answer of every page of a suspended desk. 503 and not 403 or 404: it says "for now", so that search
    engines keep its pages, API clients come again, and nobody takes it for a missing right. Mail is still taken in.
    """
    text = f"The help desk of {desk.name} is suspended for now. Mail to it is kept and read later."
    headers = {"Retry-After": "3600", "Cache-Control": "no-store"}
    return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers=headers)


def find_desk(request: HttpRequest) -> Desk | None:
    """The desk of a request by its host, its first path segment, or for being the only one; else None.

    One query; a suspended desk is found too. A path segment that names a desk is moved from the path to the script
    prefix.
    """
    if request.path_info.startswith(settings.STATIC_URL):
        return None
    slug, _, rest = request.path_info.removeprefix("/").partition("/")
    host = request.get_host().rpartition(":")[0] or request.get_host()
    named = Q(domain=host.lower(), domain__gt="") | Q(slug=slug)
    desks = list(Desk.objects.filter(named))
    if by_host := next((desk for desk in desks if desk.domain == host.lower()), None):
        return by_host
    if by_path := next((desk for desk in desks if desk.slug == slug), None):
        mount(request, f"/{slug}", "/" + rest)
        return by_path
    return get_only_desk()


def is_installation_page(request: HttpRequest) -> bool:
    """Whether a page of a suspended desk is shown as if there were none: where it is the only one, the installation's
    admin has no other way in to take it up again."""
    is_asked_by_path = bool(request.META.get("SCRIPT_NAME"))
    return (
        not is_asked_by_path
        and request.path_info.startswith(OUTSIDE)
        and get_only_desk() is not None
    )


def get_only_desk() -> Desk | None:
    """The installation's desk if it has just one."""
    desks = list(Desk.objects.all()[:2])
    return desks[0] if len(desks) == 1 else None


def mount(request: HttpRequest, prefix: str, rest: str) -> None:
    """Make ``prefix`` the script prefix of the request and ``rest`` its path below it."""
    request.path_info = rest
    request.META["SCRIPT_NAME"] = prefix
    request.META["PATH_INFO"] = rest
    set_script_prefix(prefix + "/")
