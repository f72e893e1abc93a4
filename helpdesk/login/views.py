"""Logging in by a mailed code, as django-allauth does it. The code proves the address, and no password with it."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.views import ConfirmLoginCodeView, LoginView
from django.forms import BaseForm
from django.http import HttpResponse

from accounts.models import IdentityProvider
from accounts.staff import drop_unverified_password
from helpdesk.login.adapter import get_desk


class SignInView(LoginView):
    """The log-in page with the desk's companies."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        providers = IdentityProvider.objects.filter(desk=get_desk(self.request), is_active=True)
        return {
            **super().get_context_data(**kwargs),
            "providers": providers if get_desk(self.request) else [],
        }


class ConfirmCodeView(ConfirmLoginCodeView):
    """Take the code. Somebody else may have signed up with this address: their password goes."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        if isinstance(
            form, ConfirmLoginCodeForm
        ):  # the same view mails a code again, which proves nothing
            drop_unverified_password(self._process.user)
        response: HttpResponse = super().form_valid(form)
        return response
