"""List, create and change service accounts; create, rotate and revoke tokens of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.logins.secrets_once import keep_for_page, take_kept
from accounts.models import Agent, ApiToken, OAuthApplication
from accounts.tokens.service_accounts import change_service_account, create_service_account
from accounts.tokens.services import TokenError, create_token, revoke_token, rotate_token
from helpdesk.admin.api_access.forms import ServiceAccountForm, ServiceTokenForm
from helpdesk.admin.rendering import render_page
from helpdesk.agent.tokens.forms import RotationForm
from helpdesk.agent.tokens.lines import describe_token
from helpdesk.login.two_factor.fresh import ask_again, is_sign_in_fresh
from helpdesk.shared.http.methods import post_only

SHOWN_TOKENS = 200


def show_api_access(request: AdminRequest) -> HttpResponse:
    """List service accounts and the tokens of people; post a form to add a service account."""
    require_desk_admin(request)
    form = ServiceAccountForm(_read_post(request), desk=request.desk)
    if form.is_bound and form.is_valid():
        account = create_service_account(desk=request.desk, by=request.user, **form.cleaned_data)
        return HttpResponseRedirect(reverse("admin:service_account", args=[account.pk]))
    at, tokens = timezone.now(), ApiToken.objects.filter(desk=request.desk)
    of_people = tokens.filter(agent__is_service=False, revoked_at=None).select_related("agent")
    return render_page(
        request,
        "admin/api_access/list.html",
        title=_("API access"),
        status=422 if form.is_bound else 200,
        form=form,
        applications=OAuthApplication.objects.filter(desk=request.desk),
        accounts=Agent.objects.filter(desk=request.desk, is_service=True).order_by("name"),
        tokens=[(token, describe_token(token, at)) for token in of_people[:SHOWN_TOKENS]],
    )


def show_service_account(request: AdminRequest, service_account_id: int) -> HttpResponse:
    """Show and change a service account, with its tokens and the form of a new one."""
    require_desk_admin(request)
    account = _get_account(request, service_account_id)
    form = ServiceAccountForm(_read_post(request), desk=request.desk, account=account)
    if form.is_bound and form.is_valid():
        change_service_account(account=account, by=request.user, **form.cleaned_data)
        messages.success(request, _("Service account saved."))
        return HttpResponseRedirect(reverse("admin:service_account", args=[account.pk]))
    return _render_account(request, account, form=form, status=422 if form.is_bound else 200)


@post_only
def add_service_token(request: AdminRequest, service_account_id: int) -> HttpResponse:
    """Create a token of a service account, and show its secret once."""
    require_desk_admin(request)
    account, at = _get_account(request, service_account_id), timezone.now()
    if not is_sign_in_fresh(request):
        return ask_again(request)
    form = ServiceTokenForm(request.POST, desk=request.desk)
    if form.is_valid():
        given = form.cleaned_data
        try:
            _token, secret = create_token(
                agent=account, name=given["name"], scopes=given["scopes"],
                expires_at=form.get_expiry(at), by=request.user, passed_two_factor=True, at=at,
                requests_per_minute=given["requests_per_minute"],
            )  # fmt: skip
            page = reverse("admin:service_account", args=[account.pk])
            keep_for_page(request.session, page, secret)
            return HttpResponseRedirect(page)
        except TokenError as error:
            form.add_error(error.field or None, str(error))
    return _render_account(request, account, token_form=form, status=422)


@post_only
def rotate_service_token(request: AdminRequest, service_token_id: int) -> HttpResponse:
    """Give a token of a service account a new secret."""
    require_desk_admin(request)
    mine = ApiToken.objects.filter(desk=request.desk, agent__is_service=True)
    token = get_object_or_404(mine.select_related("agent"), pk=service_token_id)
    if not is_sign_in_fresh(request):
        return ask_again(request)
    form, page = RotationForm(request.POST), reverse("admin:service_account", args=[token.agent_id])
    if not form.is_valid():
        messages.error(request, _("Choose how long the previous secret keeps working."))
        return HttpResponseRedirect(page)
    overlap = timedelta(hours=form.cleaned_data["overlap"])
    try:
        secret = rotate_token(
            token=token, overlap=overlap, by=request.user, passed_two_factor=True,
            at=timezone.now(),
        )  # fmt: skip
    except TokenError as error:
        messages.error(request, str(error))
    else:
        keep_for_page(request.session, page, secret)
    return HttpResponseRedirect(page)


@post_only
def revoke_any_token(request: AdminRequest, token_id: int) -> HttpResponse:
    """End a token of the desk at once, a person's too."""
    require_desk_admin(request)
    token = get_object_or_404(
        ApiToken.objects.filter(desk=request.desk).select_related("agent"), pk=token_id
    )
    revoke_token(token=token, by=request.user, at=timezone.now())
    text = _("“%(name)s” is revoked. Programs that use it no longer have access.")
    messages.success(request, text % {"name": token.name})
    if token.agent.is_service:
        return HttpResponseRedirect(reverse("admin:service_account", args=[token.agent_id]))
    return HttpResponseRedirect(reverse("admin:api_access"))


def _get_account(request: AdminRequest, service_account_id: int) -> Agent:
    mine = Agent.objects.filter(desk=request.desk, is_service=True)
    return get_object_or_404(mine.select_related("desk"), pk=service_account_id)


def _read_post(request: AdminRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _render_account(
    request: AdminRequest, account: Agent, *, status: int = 200, **forms: Any
) -> HttpResponse:
    at = timezone.now()
    tokens = ApiToken.objects.filter(desk=request.desk, agent=account)[:SHOWN_TOKENS]
    shown = {
        "form": ServiceAccountForm(None, desk=request.desk, account=account),
        "token_form": ServiceTokenForm(None, desk=request.desk),
        "rotation_form": RotationForm(None),
        **forms,
    }
    return render_page(
        request,
        "admin/api_access/account.html",
        title=account.name,
        status=status,
        account=account,
        secret=take_kept(request.session, request.path),
        tokens=[(token, describe_token(token, at)) for token in tokens],
        **shown,
    )
