"""Setting a password, as django-allauth does it, for people whom the desk knows from their mail."""

from __future__ import annotations

from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm, ResetPasswordKeyForm
from allauth.account.models import EmailAddress
from allauth.core import context

from accounts.models import User
from accounts.services import open_login
from helpdesk.login import LoginAdapter, desk_of


class AskPasswordForm(ResetPasswordForm):
    """Ask for a link to set a password: whoever has tickets here already has an account (M84)."""

    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        desk = desk_of(context.request)
        if not self.users and desk is not None:
            opened = open_login(desk=desk, email=email)
            self.users = [opened] if opened else []
        return email


class AskCodeForm(RequestLoginCodeForm):
    """Ask for a code by mail, which logs in without a password; by mail contacts too (M84)."""

    _user: User | None

    def clean_email(self) -> str:
        email: str = super().clean_email()
        desk = desk_of(context.request)
        if self._user is None and desk is not None:
            self._user = open_login(desk=desk, email=email)
            if self._user is not None:
                EmailAddress.objects.get_or_create(
                    user=self._user, email=self._user.email, defaults={"primary": True}
                )
        return email


class SetPasswordForm(ResetPasswordKeyForm):
    """Set a password from the mailed link, which proves the address that it was sent to."""

    def save(self) -> None:
        address, _ = EmailAddress.objects.get_or_create(
            user=self.user, email=self.user.email, defaults={"primary": True}
        )
        if not address.verified:
            LoginAdapter(context.request).confirm_email(context.request, address)
        super().save()  # last: the proof takes an unproven password away
