"""Sign-in pages of django-allauth that know about desks."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.views import ConfirmLoginCodeView, LoginView
from django.forms import BaseForm
from django.http import HttpResponse

from accounts.models import IdentityProvider
from accounts.staff import drop_unverified_password
from helpdesk.login.adapter import get_desk
from helpdesk.login.signed_out.refusing import NOTICE


class SignInView(LoginView):
    """The sign-in page, with the desk's identity providers and what became of an unsent form."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        desk = get_desk(self.request)
        providers = IdentityProvider.objects.filter(desk=desk, is_active=True) if desk else []
        unsent = self.request.GET.get(NOTICE, "")
        return {**super().get_context_data(**kwargs), "providers": providers, "unsent": unsent}


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
