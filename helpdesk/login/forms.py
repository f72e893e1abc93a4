"""Forms of django-allauth for people whom a desk may know from their emails already."""

from __future__ import annotations

from copy import copy
from typing import Any
from uuid import uuid4

from allauth.account.forms import (
    ChangePasswordForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SignupForm,
)
from allauth.account.models import EmailAddress
from allauth.core import context
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import create_contact_login
from helpdesk.login.adapter import LoginAdapter, get_desk
from helpdesk.login.lockout import count_attempt


class RequestPasswordForm(ResetPasswordForm):
    """Request a link to set a password. Contacts who wrote by email have an account too (M84)."""

    users: list[User]

    def clean_email(self) -> str:
        count_attempt(context.request, "password_link", self.cleaned_data["email"])
        email: str = super().clean_email()
        created = _create_login(email)
        self.users = self.users or ([created] if created else [])
        return email


class RequestCodeForm(RequestLoginCodeForm):
    """Request a code that signs in without a password, also for email contacts (M84)."""

    _user: User | None

    def clean_email(self) -> str:
        count_attempt(context.request, "sign_in_code", self.cleaned_data["email"])
        email: str = super().clean_email()
        created = _create_login(email)
        self._user = self._user or created
        return email


class DeskSignupForm(SignupForm):
    """Create an account.

    An address that already has one costs the same work: password hash, rows, one transaction. The
    response time does not tell whether an address is known.
    """

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            self._rehearse(request)
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        return user

    def _rehearse(self, request: HttpRequest) -> None:
        """Create an account for a made-up address and roll it back."""
        stand_in = copy(self)
        stand_in.account_already_exists = False
        stand_in.cleaned_data = {**self.cleaned_data, "email": f"{uuid4().hex}@nobody.invalid"}
        with transaction.atomic():
            stand_in.save(request)
            transaction.set_rollback(True)


class SetPasswordForm(ResetPasswordKeyForm):
    """Set a password from the emailed link, which verifies the address it was sent to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_fields(self, password1=_("New password"), password2=_("New password again"))

    def save(self) -> None:
        address, _created = EmailAddress.objects.get_or_create(
            user=self.user, email=self.user.email, defaults={"primary": True}
        )
        if not address.verified:
            LoginAdapter(context.request).confirm_email(context.request, address)
        super().save()  # last: the verification removes an unverified password


class ReplacePasswordForm(ChangePasswordForm):
    """Change the password of the signed-in user."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_fields(
            self,
            oldpassword=_("Current password"),
            password1=_("New password"),
            password2=_("New password again"),
        )


def _create_login(email: str) -> User | None:
    """Create the account of a contact who has none yet. Return None for an unknown address."""
    desk = get_desk(context.request)
    return create_contact_login(desk=desk, email=email) if desk else None


def _label_fields(form: BaseForm, **labels: str) -> None:
    """Replace allauth's labels and the placeholders that repeat them."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)
