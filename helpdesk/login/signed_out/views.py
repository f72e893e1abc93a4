"""The CSRF failure page, and what an open page asks for to learn who is signed in."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.login.signed_out.form_owners import find_form_owner
from helpdesk.login.signed_out.refusing import (
    Kept,
    find_form_page,
    is_live_request,
    keep_refused_form,
    refuse_signed_out,
)
from helpdesk.shared.drafts import read_fields

MAX_SHOWN = 20  # texts of a form


@require_safe
def show_session(request: HttpRequest) -> JsonResponse:
    """Return the signed-in user's id, or None, and a CSRF token for the forms of an open page."""
    user = request.user
    reader = str(user.pk) if user.is_authenticated else None
    return JsonResponse({"reader": reader, "csrf_token": get_token(request)})


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Bring a form that was opened before the last sign-in back to its page, with its text.

    Forms of which we don't know whose they are get a page (403). Nothing is done in either case.
    """
    if is_live_request(request):
        return HttpResponse(
            _("You opened this page before you last signed in. Reload it and try again."),
            status=HTTPStatus.FORBIDDEN,
            content_type="text/plain; charset=utf-8",
        )
    owner = find_form_owner(request)
    if owner is None:
        return _show_page(request, _list_texts(request))
    if not request.user.is_authenticated:
        return refuse_signed_out(request)
    kept = keep_refused_form(request, owner)
    if owner.pk != request.user.pk:
        return _show_page(request, [])
    if kept is Kept.NOTHING and (texts := _list_texts(request)):
        return _show_page(request, texts)
    if kept is Kept.NOTHING:
        text = _("Nothing was changed, because you signed in again in the meantime. Try again.")
        messages.warning(request, text)
    return HttpResponseRedirect(find_form_page(request), status=303)


def _show_page(request: HttpRequest, texts: list[str]) -> HttpResponse:
    return render(request, "403_csrf.html", {"texts": texts}, status=HTTPStatus.FORBIDDEN)


def _list_texts(request: HttpRequest) -> list[str]:
    """Return what was typed, to be copied; only to our own page, not to another site's form."""
    own = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin") != own:
        return []
    texts = [text for values in read_fields(request.POST).values() for text in values]
    return [text for text in texts if " " in text.strip()][:MAX_SHOWN]
