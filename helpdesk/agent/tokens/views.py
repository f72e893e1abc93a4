"""An agent's own API tokens: list, create, rotate, revoke. Observers may have some, too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.logins.secrets_once import keep_for_page, take_kept
from accounts.models import ApiToken, OAuthApplication, User
from accounts.tokens.applications import list_allowed_applications, withdraw_application
from accounts.tokens.scopes import describe_scope
from accounts.tokens.services import TokenError, create_token, revoke_token, rotate_token
from helpdesk.agent.permissions import AgentRequest, agent_page, agent_required
from helpdesk.agent.redirects import see_other
from helpdesk.agent.shell import build_shell
from helpdesk.agent.tokens.forms import RotationForm, TokenForm
from helpdesk.agent.tokens.lines import describe_token
from helpdesk.agent.views.form_pages import run_page_form
from helpdesk.login.two_factor.fresh import ask_again, fresh_sign_in_required, is_sign_in_fresh
from helpdesk.login.two_factor.policy import has_passed_two_factor
from helpdesk.shared.components import EmptyState, Link
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.urls import get_url
from tickets.errors import InvalidValueError


@agent_page
def show_tokens(request: AgentRequest) -> HttpResponse:
    """List the agent's tokens, and show the secret of a new one a single time."""
    at = timezone.now()
    mine = ApiToken.objects.filter(desk=request.desk, agent=request.agent)
    context = {
        **build_shell(request, current="tokens"),
        "secret": take_kept(request.session, request.path),
        "lines": [describe_token(token, at) for token in mine],
        "applications": [
            (application, [describe_scope(scope) for scope in scopes], use)
            for application, scopes, use in list_allowed_applications(
                desk=request.desk, user=cast(User, request.user)
            )
        ],
        "new_url": get_url("agent:new_token"),
        "empty": EmptyState(
            title=_("No API tokens yet"),
            text=_("A token lets a program use the API on your behalf."),
            action_url=get_url("agent:new_token"),
            action_label=_("Create token"),
        ),
    }
    return render(request, "agent/tokens/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@fresh_sign_in_required
@keeps_draft
def new_token(request: AgentRequest) -> HttpResponse:
    """Show the form of a new token, and create it."""
    form = TokenForm(request.POST if request.method == "POST" else None, desk=request.desk)
    at = timezone.now()

    def create() -> str:
        given = form.cleaned_data
        try:
            _token, secret = create_token(
                agent=request.agent,
                name=given["name"],
                scopes=given["scopes"],
                expires_at=form.get_expiry(at),
                by=cast(User, request.user),
                passed_two_factor=has_passed_two_factor(request),
                at=at,
            )
        except TokenError as error:
            raise InvalidValueError(error.field, str(error)) from error
        keep_for_page(request.session, get_url("agent:tokens"), secret)
        return _("Token created.")

    return run_page_form(
        request, form, create, title=_("New API token"), button=_("Create token"), back=_get_back()
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def rotate(request: AgentRequest, token_id: int) -> HttpResponse:
    """Give one of the agent's tokens a new secret."""
    token, at = _get_token(request, token_id), timezone.now()
    if not is_sign_in_fresh(request):
        return ask_again(request)
    if not token.is_usable(at):
        messages.error(request, _("This token no longer works. Create a new one."))
        return see_other(get_url("agent:tokens"))
    form = RotationForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        _rotate(request, token, timedelta(hours=form.cleaned_data["overlap"]), at)
        return _("Token rotated.")

    return run_page_form(
        request,
        form,
        change,
        title=_("Rotate token"),
        intro=token.name,
        button=_("Create new secret"),
        back=_get_back(),
    )


@post_only
@agent_required
def revoke(request: AgentRequest, token_id: int) -> HttpResponse:
    """End one of the agent's tokens at once."""
    token = _get_token(request, token_id)
    if revoke_token(token=token, by=cast(User, request.user), at=timezone.now()):
        text = _("“%(name)s” is revoked. Programs that use it no longer have access.")
    else:
        text = _("“%(name)s” was already revoked.")
    messages.success(request, text % {"name": token.name})
    return see_other(get_url("agent:tokens"))


@post_only
@agent_required
def withdraw(request: AgentRequest, application_id: int) -> HttpResponse:
    """End an application's access in the agent's name."""
    found = OAuthApplication.objects.filter(desk=request.desk, pk=application_id).first()
    user, at = cast(User, request.user), timezone.now()
    if found is None or not withdraw_application(
        desk=request.desk, application=found, user=user, at=at
    ):
        raise Http404
    text = _("%(name)s can no longer act on your behalf.")
    messages.success(request, text % {"name": found.name})
    return see_other(get_url("agent:tokens"))


def _rotate(request: AgentRequest, token: ApiToken, overlap: timedelta, at: datetime) -> None:
    try:
        secret = rotate_token(
            token=token,
            overlap=overlap,
            by=cast(User, request.user),
            passed_two_factor=has_passed_two_factor(request),
            at=at,
        )
    except TokenError as error:
        raise InvalidValueError(error.field, str(error)) from error
    keep_for_page(request.session, get_url("agent:tokens"), secret)


def _get_token(request: AgentRequest, token_id: int) -> ApiToken:
    """Return one of the agent's own tokens. Raises Http404 for those of others."""
    mine = ApiToken.objects.filter(desk=request.desk, agent=request.agent)
    token = mine.select_related("agent").filter(pk=token_id).first()
    if token is None:
        raise Http404
    return token


def _get_back() -> Link:
    return Link(get_url("agent:tokens"), _("API tokens"))
