"""Logging in by a mailed code, as django-allauth does it. The code proves the address, and no password with it."""

from __future__ import annotations

from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.views import ConfirmLoginCodeView
from django.forms import BaseForm
from django.http import HttpResponse

from accounts.staff import drop_unverified_password


class TakeCodeView(ConfirmLoginCodeView):
    """Take the code. Somebody else may have signed up with this address: their password goes."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        if isinstance(
            form, ConfirmLoginCodeForm
        ):  # the same view mails a code again, which proves nothing
            drop_unverified_password(self._process.user)
        response: HttpResponse = super().form_valid(form)
        return response
