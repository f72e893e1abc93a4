"""Access checks of portal views.

Portal pages are for contacts of the desk. A page about one ticket or account does not exist (404)
for anyone who may not see it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.models import Account, Agent, Contact, Desk
from helpdesk.login.signed_out.refusing import refuse_signed_out
from helpdesk.portal.layout import is_manager, render_page

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request at a desk, by anyone."""

    desk: Desk
    agent: Agent | None
    contact: Contact | None


class ContactRequest(HttpRequest):
    """A request by a contact of the desk."""

    desk: Desk
    agent: None
    contact: Contact


class ManagerRequest(ContactRequest):
    """A request by a manager of an account."""

    account: Account


PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require_desk(view: Callable[Concatenate[DeskRequest, P], HttpResponseBase]) -> PlainView[P]:
    """Open a page of a desk to everyone. Without a desk it does not exist (404)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if cast(DeskRequest, request).desk is None:
            raise Http404
        return view(cast(DeskRequest, request), *args, **kwargs)

    return guarded


def require_contact(
    view: Callable[Concatenate[ContactRequest, P], HttpResponseBase],
) -> PlainView[P]:
    """Open a page to contacts of the desk.

    Visitors sign in first and come back, agents go to the queue, and users without a contact here
    get a page that explains it (403).
    """

    @wraps(view)
    def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return refuse_signed_out(request)
        if request.agent is not None:
            return redirect("home")
        if request.contact is None:
            return render_page(request, "portal/stranger.html", status=403)
        return view(cast(ContactRequest, request), *args, **kwargs)

    return require_desk(guarded)


def require_contact_or_404(
    view: Callable[Concatenate[ContactRequest, P], HttpResponseBase],
) -> PlainView[P]:
    """Open a page about one ticket or file to contacts. It does not exist for other users (404)."""

    @wraps(view)
    def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return refuse_signed_out(request)
        if request.contact is None:
            raise Http404
        return view(cast(ContactRequest, request), *args, **kwargs)

    return require_desk(guarded)


def require_manager(
    view: Callable[Concatenate[ManagerRequest, P], HttpResponseBase],
) -> PlainView[P]:
    """Open a page about an account to its managers. It does not exist for other users (404)."""

    @wraps(view)
    def guarded(request: ContactRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = request.contact.account
        if account is None or not is_manager(request.contact):
            raise Http404
        managing = cast(ManagerRequest, request)
        managing.account = account
        return view(managing, *args, **kwargs)

    return require_contact_or_404(guarded)
