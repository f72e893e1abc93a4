"""Logging in by the company's own log-in (OpenID Connect or SAML), which each desk sets up for its agents.

A login is global, the provider is one desk's: what it says is worth something at that desk alone. Such a session is
nobody anywhere else, and changes nothing of the login itself: no password, no second factor.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any, cast

import structlog
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import LoginView
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.logins.identities import ClaimedIdentity, NotAdmittedError, admit_agent
from accounts.middleware import DeskRequest
from accounts.models import IdentityProvider, User
from accounts.models.identities import ProviderKind
from helpdesk.login import openid
from helpdesk.login.adapter import LoginAdapter, desk_of
from helpdesk.login.company_sessions import find_company, is_worth_nothing
from helpdesk.login.openid import Errand, NotVouched
from helpdesk.login.saml import service_provider
from helpdesk.login.saml.response import Us
from helpdesk.shared.rate_limits import rate_limited

log = structlog.get_logger(__name__)

ERRAND = "company_login"  # the session's key
OWN_PAGES = ("account_change_password", "account_set_password", "account_reauthenticate")

Handler = Callable[[HttpRequest], HttpResponseBase]


class CompanyLoginMiddleware:
    """Makes a session that a desk's provider opened worth nothing elsewhere, and nothing when the desk's trust in the
    provider is over. Stands before PersonMiddleware."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_worth_nothing(request, desk_of(request)):
            request.user = AnonymousUser()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Refuses the pages of the login itself."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        is_own = name in OWN_PAGES or (
            name.startswith("mfa_") and not name.endswith("authenticate")
        )
        if is_own and request.user.is_authenticated and find_company(request) is not None:
            raise PermissionDenied(
                "Your company's log-in opens this desk, not the settings of your account."
            )


class DeskLoginView(LoginView):
    """The log-in page with the desk's companies."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        providers = IdentityProvider.objects.filter(desk=desk_of(self.request), is_active=True)
        return {
            **super().get_context_data(**kwargs),
            "providers": providers if desk_of(self.request) else [],
        }


@require_POST
@rate_limited("company_login")
def start(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Send the person to the provider: by a page, since our forms may lead to no other host (CSP form-action)."""
    provider = find_provider(request, provider_id)
    wanted = request.POST.get("next", "")
    next_page = wanted if LoginAdapter(request).is_safe_url(wanted) else ""
    try:
        place, errand = _begin(request, provider, next_page)
    except NotVouched as error:
        return refuse(request, provider, error)
    request.session[ERRAND] = errand.as_dict()
    return render(request, "account/company_start.html", {"provider": provider, "place": place})


@require_GET
def answer(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Take the provider's answer, and log in whom the desk admits; a second factor of their own comes behind."""
    provider = find_provider(request, provider_id)
    try:
        errand = _take_errand(request, provider)
        person = _finish(request, provider, errand)
        agent = admit_agent(provider=provider, person=person)
    except (NotVouched, NotAdmittedError) as error:
        return refuse(request, provider, error)
    return _log_in(request, agent.user, provider, person, errand.next)


def read_person(claims: dict[str, Any], group_claim: str) -> ClaimedIdentity:
    """What an ID token says of a person; a single group may come as text."""
    groups, methods = claims.get(group_claim, []), claims.get("amr")
    listed = groups if isinstance(groups, list) else [groups]
    return ClaimedIdentity(
        subject=str(claims["sub"]),
        email=str(claims.get("email", "")),
        is_email_verified=claims.get("email_verified") is True,
        name=str(claims.get("name", "")),
        groups=[group for group in listed if isinstance(group, str)],
        has_second_factor=isinstance(methods, list) and "mfa" in methods,  # RFC 8176
    )


def find_provider(request: HttpRequest, provider_id: int, **wanted: str) -> IdentityProvider:
    """A provider of the request's desk that is switched on. Raises Http404."""
    desk = cast(DeskRequest, request).desk
    if desk is None:
        raise Http404
    return get_object_or_404(IdentityProvider, pk=provider_id, desk=desk, is_active=True, **wanted)


def find_us(request: HttpRequest, provider: IdentityProvider) -> Us:
    """This side as a SAML provider of a desk knows it, at the host of the request."""
    names = ("company_metadata", "company_response")
    return Us(*(request.build_absolute_uri(reverse(name, args=[provider.pk])) for name in names))


def refuse(request: HttpRequest, provider: IdentityProvider, error: Exception) -> HttpResponse:
    """One page for all refusals; only what concerns the person's own rights is told."""
    log.warning("company_login_refused", provider=provider.pk, reason=str(error))
    reason = str(error) if isinstance(error, NotAdmittedError) else ""
    return render(
        request,
        "account/company_refused.html",
        {"provider": provider, "reason": reason},
        status=403,
    )


def _begin(request: HttpRequest, provider: IdentityProvider, next_page: str) -> tuple[str, Errand]:
    at = time.time()
    if provider.kind == ProviderKind.SAML:
        return service_provider.begin(provider, find_us(request, provider), at=at, next=next_page)
    return openid.begin(provider, answer_to=_answer_to(request, provider), at=at, next=next_page)


def _finish(request: HttpRequest, provider: IdentityProvider, errand: Errand) -> ClaimedIdentity:
    if provider.kind == ProviderKind.SAML:
        return service_provider.take(provider, errand)
    claims = openid.finish(
        provider, errand, code=_read_code(request, errand), answer_to=_answer_to(request, provider)
    )
    return read_person(claims, provider.group_claim)


def _answer_to(request: HttpRequest, provider: IdentityProvider) -> str:
    return request.build_absolute_uri(reverse("company_answer", args=[provider.pk]))


def _take_errand(request: HttpRequest, provider: IdentityProvider) -> Errand:
    """The question that this browser was sent with, once (login CSRF, replay)."""
    kept = request.session.pop(ERRAND, None)
    if kept is None:
        raise NotVouched("This browser asked nothing.")
    errand = Errand(**kept)
    if errand.provider != provider.pk or not 0 <= time.time() - errand.at <= openid.ERRAND_TIME:
        raise NotVouched("The answer is too old, or another provider's.")
    return errand


def _read_code(request: HttpRequest, errand: Errand) -> str:
    """The code that an OpenID provider answers this browser's question with."""
    if not secrets.compare_digest(errand.state.encode(), request.GET.get("state", "").encode()):
        raise NotVouched("The answer has another state.")
    if "error" in request.GET or not request.GET.get("code"):
        raise NotVouched(f"The provider says {request.GET.get('error', 'nothing')[:60]!r}.")
    return request.GET["code"]


def _log_in(
    request: HttpRequest,
    user: User,
    provider: IdentityProvider,
    person: ClaimedIdentity,
    next_page: str,
) -> HttpResponse:
    logout(
        request
    )  # a session of somebody else would be emptied by the log-in, and the record with it
    record_authentication(request, user, "company", desk=provider.desk_id, provider=provider.pk)
    if person.has_second_factor:
        record_authentication(request, user, "mfa", type="company")
    login = Login(
        user=user, email_verification="none", redirect_url=next_page or None, email=user.email
    )
    return cast(HttpResponse, perform_login(request, login))
