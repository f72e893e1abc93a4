"""Who comes in: contacts of the desk. A page about one ticket is not there for anybody else (404)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url

from accounts.models import Account, Agent, Contact, Desk
from helpdesk.portal.layout import is_manager, render_page

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request at a desk, by anybody."""

    desk: Desk
    agent: Agent | None
    contact: Contact | None


class ContactRequest(HttpRequest):
    """A request whose contact is known to be one of the desk."""

    desk: Desk
    agent: None
    contact: Contact


class ManagerRequest(ContactRequest):
    """A request by a manager of an account."""

    account: Account


PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require_desk(view: Callable[Concatenate[DeskRequest, P], HttpResponseBase]) -> PlainView[P]:
    """A page of a desk that needs no login; without a desk there is none."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if cast(DeskRequest, request).desk is None:
            raise Http404
        return view(cast(DeskRequest, request), *args, **kwargs)

    return guarded


def require_contact(
    view: Callable[Concatenate[ContactRequest, P], HttpResponseBase],
) -> PlainView[P]:
    """A page of one's own. Nobody goes to the login and back, an agent to the queue; a stranger is told so."""

    @wraps(view)
    def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
        if request.agent is not None:
            return redirect("home")
        if request.contact is None:
            return render_page(request, "portal/stranger.html", status=403)
        return view(cast(ContactRequest, request), *args, **kwargs)

    return require_desk(guarded)


def require_contact_or_404(
    view: Callable[Concatenate[ContactRequest, P], HttpResponseBase],
) -> PlainView[P]:
    """A page about one ticket or file: whoever is no contact here finds nothing, as if it were absent (404)."""

    @wraps(view)
    def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
        if request.contact is None:
            raise Http404
        return view(cast(ContactRequest, request), *args, **kwargs)

    return require_desk(guarded)


def require_manager(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponseBase],
) -> PlainView[P]:
    """A page about an account, for its managers: whoever else is signed in finds nothing (404)."""

    @wraps(view)
    def guarded(request: ContactRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = request.contact.account
        if account is None or not is_manager(request.contact):
            raise Http404
        managing = cast(ManagerRequest, request)
        managing.account = account
        return view(managing, *args, **kwargs)

    return require_contact_or_404(guarded)
