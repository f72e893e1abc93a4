"""Refuse a request that needs a sign-in without losing what was typed."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agent, Contact, Desk, User
from helpdesk.login.adapter import get_desk
from helpdesk.login.signed_out.form_owners import find_form_owner
from helpdesk.shared.drafts import has_draft, read_fields, to_place
from helpdesk.shared.http.methods import find_page
from tickets.errors import ServiceError
from tickets.services.drafts import save_draft
from tickets.submissions import find_submitted

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
NOTICE = "unsent"  # parameter of the sign-in page: why it is shown


class Kept(Enum):
    """What became of the text of a refused form. The values are those of NOTICE."""

    DRAFT = "kept"
    NOTHING = "not-kept"
    SENT = ""  # earlier; a repeated form needs no draft


def refuse_signed_out(request: HttpRequest) -> HttpResponse:
    """Redirect a page to sign-in and back; respond to a script's request with 401.

    A refused form comes back to its page, filled in, and is never sent by itself.
    """
    if is_live_request(request):
        return build_unauthorized_response()
    if request.method in SAFE_METHODS:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    owner = find_form_owner(request)
    kept = keep_refused_form(request, owner) if owner else Kept.NOTHING
    sign_in_url = reverse("account_login", query={NOTICE: kept.value})
    return redirect_to_login(find_form_page(request), sign_in_url)


def is_live_request(request: HttpRequest) -> bool:
    """Return True for requests of scripts: htmx, event streams and fetch."""
    headers = request.headers
    return (
        "HX-Request" in headers
        or "text/event-stream" in headers.get("Accept", "")
        or headers.get("Sec-Fetch-Dest") == "empty"
    )


def build_unauthorized_response() -> HttpResponse:
    """Return 401 with a sentence; the page shows its own banner (static/js/signed_out.js)."""
    return HttpResponse(
        _("You're signed out."),
        status=HTTPStatus.UNAUTHORIZED,
        content_type="text/plain; charset=utf-8",
        headers={"WWW-Authenticate": 'Session realm="Plumbline"'},  # RFC 9110, 11.6.1
    )


def keep_refused_form(request: HttpRequest, owner: User) -> Kept:
    """Keep a form as a draft of the person whose page contained it, if it is one that has drafts.

    They find it in the form after signing in, in any browser; others never see it.
    """
    desk, place = get_desk(request), to_place(request.get_full_path())
    if desk is None or not has_draft(place) or not _is_person_of(desk, owner):
        return Kept.NOTHING
    fields, at = read_fields(request.POST), timezone.now()
    token = request.POST.get("form_token", "").replace("\x00", "")
    sent = find_submitted(desk=desk, user=owner, form_token=token)
    try:
        is_kept = save_draft(
            desk=desk,
            user=owner,
            place=place,
            fields=fields,
            at=at,
            was_refused=True,
            sent=sent,
        )
    except ServiceError:
        return Kept.NOTHING
    return Kept.DRAFT if is_kept else Kept.SENT


def find_form_page(request: HttpRequest) -> str:
    """Return the URL of the page that a posted form is on; it answers GET.

    That is the form's own URL, or the page that it was sent from, or the one above it.
    """
    place = to_place(request.get_full_path())
    own = find_page(place)
    if own == request.get_full_path() or has_draft(place):
        return own
    sender = urlsplit(request.headers.get("Referer", ""))
    if sender.netloc == request.get_host() and sender.path.startswith(get_script_prefix()):
        sent_from = sender.path + (f"?{sender.query}" if sender.query else "")
        if find_page(to_place(sent_from)) == sent_from:
            return sent_from
    return own


def _is_person_of(desk: Desk, user: User) -> bool:
    here = Q(desk=desk, user=user)
    return (
        user.is_superuser
        or Agent.objects.filter(here).exists()
        or Contact.objects.filter(here).exists()
    )
