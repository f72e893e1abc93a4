"""Sign-in pages of django-allauth that know about desks."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import ConfirmLoginCodeView, LoginView, PasswordResetFromKeyView
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from accounts.models import IdentityProvider, User
from accounts.staff import drop_unverified_password
from helpdesk.login.adapter import CONFIRMED_ELSEWHERE, get_desk
from helpdesk.login.agents import build_agent_sign_in_url, is_page_for_agents
from helpdesk.login.known_browsers import remember_browser
from helpdesk.login.signed_out.refusing import NOTICE
from helpdesk.login.two_factor.policy import has_two_factor


class SignInView(LoginView):
    """The sign-in page, with a notice about a form that wasn't sent.

    The desk's identity providers are for its agents: they are offered to people on the way to the
    agents' pages. Others get a link there.
    """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        desk = get_desk(self.request)
        active = IdentityProvider.objects.filter(desk=desk, is_active=True) if desk else []
        is_for_agents = is_page_for_agents(self.get_next_url() or "")
        return {
            **super().get_context_data(**kwargs),
            "is_for_agents": is_for_agents,
            "providers": active if is_for_agents else [],
            "agent_sign_in_url": build_agent_sign_in_url() if active and not is_for_agents else "",
            "unsent": self.request.GET.get(NOTICE, ""),
        }


class ConfirmCodeView(ConfirmLoginCodeView):
    """Sign in with an emailed code.

    The code verifies the address but not the password, which another person may have set when they
    signed up with this address: an unverified password is removed.
    """

    def form_valid(self, form: BaseForm) -> HttpResponse:
        # The same view also sends a new code, which verifies nothing.
        if isinstance(form, ConfirmLoginCodeForm):
            drop_unverified_password(self._process.user)
        response: HttpResponse = super().form_valid(form)
        return response


class SetPasswordView(PasswordResetFromKeyView):
    """Set a password from an emailed link.

    Says why if an address was verified in a different browser from the one that chose its password.
    The browser becomes a known one, so that an attack on the address doesn't lock its owner out.
    """

    def dispatch(
        self, request: HttpRequest, uidb36: str, key: str, **kwargs: Any
    ) -> HttpResponseBase:
        if CONFIRMED_ELSEWHERE in request.GET:
            request.session[CONFIRMED_ELSEWHERE] = uidb36
        response: HttpResponseBase = super().dispatch(request, uidb36, key, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        whose = self.request.session.get(CONFIRMED_ELSEWHERE)
        return {
            **super().get_context_data(**kwargs),
            "address": self.reset_user.email if self.reset_user else "",
            "is_confirmed_elsewhere": whose == self.kwargs["uidb36"],
        }

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        self.request.session.pop(CONFIRMED_ELSEWHERE, None)
        if not has_two_factor(self.reset_user):
            remember_browser(self.request, response, self.reset_user.email)
        return response


def sign_in_with_new_password(request: HttpRequest, user: User) -> HttpResponse:
    """Sign in a user who has just chosen a password by a link that was emailed to them.

    Users with two-factor authentication are asked for it next.
    """
    login = Login(user=user, email=user.email, redirect_url=reverse("home"))
    response: HttpResponse = perform_password_login(request, {"email": user.email}, login)
    return response
