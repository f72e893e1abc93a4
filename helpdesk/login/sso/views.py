"""Sign in with one of a desk's identity providers, by OpenID Connect or SAML.

A user is global, a provider belongs to one desk: its word counts at that desk alone. The session it
opens is signed out everywhere else and cannot change the account itself (middleware.py).
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
from django.views.decorators.http import require_GET

from accounts.logins.identities import ClaimedIdentity, NotAdmittedError, admit_agent
from accounts.middleware import DeskRequest
from accounts.models import IdentityProvider, User
from accounts.models.identities import ProviderKind
from helpdesk.login.adapter import LoginAdapter
from helpdesk.login.agents import build_agent_sign_in_url
from helpdesk.login.sso import openid
from helpdesk.login.sso.pending import (
    MAX_SIGN_IN_SECONDS,
    PendingSignIn,
    ProviderDownError,
    SsoError,
)
from helpdesk.login.sso.saml import service_provider
from helpdesk.login.sso.saml.response import ServiceProvider
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited

log = structlog.get_logger(__name__)

SESSION_KEY = "sso_pending"
RETRY_AFTER_SECONDS = 180  # after which a provider that is down may be back


@post_only
@rate_limited("sso_start")
def start(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Show the page that forwards to the provider.

    Not a redirect, because our forms can't lead to another host (CSP form-action).
    """
    provider = find_provider(request, provider_id)
    wanted = request.POST.get("next", "")
    next_page = wanted if LoginAdapter(request).is_safe_url(wanted) else ""
    try:
        url, pending = _start(request, provider, next_page)
    except SsoError as error:
        return refuse(request, provider, error)
    request.session[SESSION_KEY] = pending.as_dict()
    context = {"provider": provider, "url": url, "agent_sign_in_url": build_agent_sign_in_url()}
    return render(request, "account/sso_start.html", context)


@require_GET
def callback(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Sign in the agent whom the provider sent back, if the desk admits them.

    Someone who has 2FA of their own is asked for it next.
    """
    provider = find_provider(request, provider_id)
    try:
        pending = _pop_pending(request, provider)
        person = _finish(request, provider, pending)
        agent = admit_agent(provider=provider, person=person)
    except (SsoError, NotAdmittedError) as error:
        return refuse(request, provider, error)
    return _sign_in(request, agent.user, provider, person, pending.next)


def read_claims(claims: dict[str, Any], group_claim: str) -> ClaimedIdentity:
    """Return the person that an ID token describes. A single group may come as a string."""
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
    """Return an active provider of the request's desk. Raises Http404."""
    desk = cast(DeskRequest, request).desk
    if desk is None:
        raise Http404
    return get_object_or_404(IdentityProvider, pk=provider_id, desk=desk, is_active=True, **wanted)


def build_service_provider(request: HttpRequest, provider: IdentityProvider) -> ServiceProvider:
    """Return our side of a SAML provider, with addresses at the host of the request."""
    entity_id, acs_url = (
        request.build_absolute_uri(reverse(name, args=[provider.pk]))
        for name in ("saml_metadata", "saml_acs")
    )
    return ServiceProvider(entity_id=entity_id, acs_url=acs_url)


def refuse(request: HttpRequest, provider: IdentityProvider, error: Exception) -> HttpResponse:
    """Return the same page for every rejection.

    Only missing rights of the person are explained, and a provider that is down (503).
    """
    log.warning("sso_refused", provider=provider.pk, reason=str(error))
    reason = str(error) if isinstance(error, NotAdmittedError) else ""
    agents = build_agent_sign_in_url()
    context = {"provider": provider, "reason": reason, "agent_sign_in_url": agents}
    if isinstance(error, ProviderDownError):
        down = render(request, "account/sso_down.html", context, status=503)
        down["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return down
    return render(request, "account/sso_refused.html", context, status=403)


def _start(
    request: HttpRequest, provider: IdentityProvider, next_page: str
) -> tuple[str, PendingSignIn]:
    at = time.time()
    if provider.kind == ProviderKind.SAML:
        sp = build_service_provider(request, provider)
        return service_provider.start_sign_in(provider, sp, at=at, next=next_page)
    redirect_uri = _build_redirect_uri(request, provider)
    return openid.start_sign_in(provider, redirect_uri=redirect_uri, at=at, next=next_page)


def _finish(
    request: HttpRequest, provider: IdentityProvider, pending: PendingSignIn
) -> ClaimedIdentity:
    if provider.kind == ProviderKind.SAML:
        return service_provider.pop_identity(provider, pending)
    claims = openid.fetch_claims(
        provider,
        pending,
        code=_read_code(request, pending),
        redirect_uri=_build_redirect_uri(request, provider),
    )
    return read_claims(claims, provider.group_claim)


def _build_redirect_uri(request: HttpRequest, provider: IdentityProvider) -> str:
    return request.build_absolute_uri(reverse("sso_callback", args=[provider.pk]))


def _pop_pending(request: HttpRequest, provider: IdentityProvider) -> PendingSignIn:
    """Return this browser's pending sign-in, once (against login CSRF and replay)."""
    kept = request.session.pop(SESSION_KEY, None)
    if kept is None:
        raise SsoError("This browser started no sign-in.")
    pending = PendingSignIn(**kept)
    if pending.provider != provider.pk or not 0 <= time.time() - pending.at <= MAX_SIGN_IN_SECONDS:
        raise SsoError("The response is too old or another provider's.")
    return pending


def _read_code(request: HttpRequest, pending: PendingSignIn) -> str:
    """Return the authorization code from an OpenID Connect response (Core 1.0, 3.1.2.5)."""
    if not secrets.compare_digest(pending.state.encode(), request.GET.get("state", "").encode()):
        raise SsoError("The response has another state.")
    if "error" in request.GET or not request.GET.get("code"):
        raise SsoError(f"The provider says {request.GET.get('error', 'nothing')[:60]!r}.")
    return request.GET["code"]


def _sign_in(
    request: HttpRequest,
    user: User,
    provider: IdentityProvider,
    person: ClaimedIdentity,
    next_page: str,
) -> HttpResponse:
    logout(request)  # signing in would empty another user's session, and the record below with it
    record_authentication(request, user, "sso", desk=provider.desk_id, provider=provider.pk)
    if person.used_two_factor:
        record_authentication(request, user, "mfa", type="sso")
    login = Login(
        user=user, email_verification="none", redirect_url=next_page or None, email=user.email
    )
    return cast(HttpResponse, perform_login(request, login))
