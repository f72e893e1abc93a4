"""Setting a password, as django-allauth does it, for people whom the desk knows from their mail."""

from __future__ import annotations

from copy import copy
from uuid import uuid4

from allauth.account.forms import (
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SignupForm,
)
from allauth.account.models import EmailAddress
from allauth.core import context
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.services import create_contact_login
from helpdesk.login.adapter import LoginAdapter, get_desk


class RequestPasswordForm(ResetPasswordForm):
    """Ask for a link to set a password: whoever has tickets here already has an account (M84)."""

    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        desk = get_desk(context.request)
        opened = create_contact_login(desk=desk, email=email) if desk else None
        self.users = self.users or ([opened] if opened else [])
        return email


class RequestCodeForm(RequestLoginCodeForm):
    """Ask for a code by mail, which logs in without a password; by mail contacts too (M84)."""

    _user: User | None

    def clean_email(self) -> str:
        email: str = super().clean_email()
        desk = get_desk(context.request)
        opened = create_contact_login(desk=desk, email=email) if desk else None
        self._user = self._user or opened
        return email


class DeskSignupForm(SignupForm):
    """Set up a login. An address that has one costs as much as a new one: password hash, rows, one transaction."""

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
        """Make a login of an address that is nobody's, and undo it."""
        stand_in = copy(self)
        stand_in.account_already_exists = False
        stand_in.cleaned_data = {**self.cleaned_data, "email": f"{uuid4().hex}@nobody.invalid"}
        with transaction.atomic():
            stand_in.save(request)
            transaction.set_rollback(True)


class SetPasswordForm(ResetPasswordKeyForm):
    """Set a password from the mailed link, which proves the address that it was sent to."""

    def save(self) -> None:
        address, _ = EmailAddress.objects.get_or_create(
            user=self.user, email=self.user.email, defaults={"primary": True}
        )
        if not address.verified:
            LoginAdapter(context.request).confirm_email(context.request, address)
        super().save()  # last: the proof takes an unproven password away
