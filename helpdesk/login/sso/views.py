"""Logging in by the company's own log-in (OpenID Connect or SAML), which each desk sets up for its agents.

A login is global, the provider is one desk's: what it says is worth something at that desk alone. Such a session is
nobody anywhere else, and changes nothing of the login itself: no password, no second factor.
"""

from __future__ import annotations

import secrets
import time
from typing import Any, cast

import structlog
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.logins.identities import ClaimedIdentity, NotAdmittedError, admit_agent
from accounts.middleware import DeskRequest
from accounts.models import IdentityProvider, User
from accounts.models.identities import ProviderKind
from helpdesk.login.adapter import LoginAdapter
from helpdesk.login.sso import openid
from helpdesk.login.sso.pending import MAX_SIGN_IN_SECONDS, PendingSignIn, SsoError
from helpdesk.login.sso.saml import service_provider
from helpdesk.login.sso.saml.response import ServiceProvider
from helpdesk.shared.rate_limits import rate_limited

log = structlog.get_logger(__name__)

SESSION_KEY = "sso_pending"  # the session's key


@require_POST
@rate_limited("sso_start")
def start(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Send the person to the provider: by a page, since our forms may lead to no other host (CSP form-action)."""
    provider = find_provider(request, provider_id)
    wanted = request.POST.get("next", "")
    next_page = wanted if LoginAdapter(request).is_safe_url(wanted) else ""
    try:
        place, pending = _begin(request, provider, next_page)
    except SsoError as error:
        return refuse(request, provider, error)
    request.session[SESSION_KEY] = pending.as_dict()
    return render(request, "account/sso_start.html", {"provider": provider, "place": place})


@require_GET
def callback(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Take the provider's answer, and log in whom the desk admits; a second factor of their own comes behind."""
    provider = find_provider(request, provider_id)
    try:
        pending = _pop_pending(request, provider)
        person = _finish(request, provider, pending)
        agent = admit_agent(provider=provider, person=person)
    except (SsoError, NotAdmittedError) as error:
        return refuse(request, provider, error)
    return _log_in(request, agent.user, provider, person, pending.next)


def read_claims(claims: dict[str, Any], group_claim: str) -> ClaimedIdentity:
    """What an ID token says of a person; a single group may come as text."""
    groups, methods = claims.get(group_claim, []), claims.get("amr")
    listed = groups if isinstance(groups, list) else [groups]
    return ClaimedIdentity(
        subject=str(claims["sub"]),
        email=str(claims.get("email", "")),
        is_email_verified=claims.get("email_verified") is True,
        name=str(claims.get("name", "")),
        groups=[group for group in listed if isinstance(group, str)],
        used_two_factor=isinstance(methods, list) and "mfa" in methods,  # RFC 8176
    )


def find_provider(request: HttpRequest, provider_id: int, **wanted: str) -> IdentityProvider:
    """A provider of the request's desk that is switched on. Raises Http404."""
    desk = cast(DeskRequest, request).desk
    if desk is None:
        raise Http404
    return get_object_or_404(IdentityProvider, pk=provider_id, desk=desk, is_active=True, **wanted)


def build_service_provider(request: HttpRequest, provider: IdentityProvider) -> ServiceProvider:
    """This side as a SAML provider of a desk knows it, at the host of the request."""
    names = ("saml_metadata", "saml_acs")
    return ServiceProvider(
        *(request.build_absolute_uri(reverse(name, args=[provider.pk])) for name in names)
    )


def refuse(request: HttpRequest, provider: IdentityProvider, error: Exception) -> HttpResponse:
    """One page for all refusals; only what concerns the person's own rights is told."""
    log.warning("sso_refused", provider=provider.pk, reason=str(error))
    reason = str(error) if isinstance(error, NotAdmittedError) else ""
    return render(
        request,
        "account/sso_refused.html",
        {"provider": provider, "reason": reason},
        status=403,
    )


def _begin(
    request: HttpRequest, provider: IdentityProvider, next_page: str
) -> tuple[str, PendingSignIn]:
    at = time.time()
    if provider.kind == ProviderKind.SAML:
        return service_provider.begin(
            provider, build_service_provider(request, provider), at=at, next=next_page
        )
    return openid.begin(provider, redirect_uri=_answer_to(request, provider), at=at, next=next_page)


def _finish(
    request: HttpRequest, provider: IdentityProvider, pending: PendingSignIn
) -> ClaimedIdentity:
    if provider.kind == ProviderKind.SAML:
        return service_provider.take(provider, pending)
    claims = openid.finish(
        provider,
        pending,
        code=_read_code(request, pending),
        redirect_uri=_answer_to(request, provider),
    )
    return read_claims(claims, provider.group_claim)


def _answer_to(request: HttpRequest, provider: IdentityProvider) -> str:
    return request.build_absolute_uri(reverse("sso_callback", args=[provider.pk]))


def _pop_pending(request: HttpRequest, provider: IdentityProvider) -> PendingSignIn:
    """The question that this browser was sent with, once (login CSRF, replay)."""
    kept = request.session.pop(SESSION_KEY, None)
    if kept is None:
        raise SsoError("This browser asked nothing.")
    pending = PendingSignIn(**kept)
    if pending.provider != provider.pk or not 0 <= time.time() - pending.at <= MAX_SIGN_IN_SECONDS:
        raise SsoError("The answer is too old, or another provider's.")
    return pending


def _read_code(request: HttpRequest, pending: PendingSignIn) -> str:
    """The code that an OpenID provider answers this browser's question with."""
    if not secrets.compare_digest(pending.state.encode(), request.GET.get("state", "").encode()):
        raise SsoError("The answer has another state.")
    if "error" in request.GET or not request.GET.get("code"):
        raise SsoError(f"The provider says {request.GET.get('error', 'nothing')[:60]!r}.")
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
    record_authentication(request, user, "sso", desk=provider.desk_id, provider=provider.pk)
    if person.used_two_factor:
        record_authentication(request, user, "mfa", type="sso")
    login = Login(
        user=user, email_verification="none", redirect_url=next_page or None, email=user.email
    )
    return cast(HttpResponse, perform_login(request, login))
