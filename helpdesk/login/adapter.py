"""How people log in: django-allauth, told about desks.

A login is global, a contact belongs to a desk. What binds the two is an address whose mail somebody has
proven to read: then, and never before, the contact of that address at this desk becomes theirs (M83, M84).
"""

from __future__ import annotations

from email.utils import formataddr
from types import SimpleNamespace
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.matching import normalize_email
from accounts.models import Agent, Contact, Desk, User
from accounts.services import AddressTakenError, claim_contact
from accounts.staff import drop_unverified_password
from channels_intake.incoming.verification import BY_SIGN_UP, verify_tickets_of
from channels_intake.mailboxes import get_default_mailbox
from helpdesk.login.two_factor.policy import has_recently_signed_in, has_two_factor
from helpdesk.shared.links import build_installation_url


class LoginAdapter(DefaultAccountAdapter):
    """Mail in the desk's name, links below the desk's path, contacts claimed by proven addresses."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """A login is set up at a desk, whose contact its owner becomes."""
        return get_desk(request) is not None

    def clean_email(self, email: str) -> str:
        """The address as it is stored everywhere; refuses what is not exactly one plain address."""
        if address := normalize_email(email):
            return address
        raise ValidationError("Enter a valid email address.")

    def format_email_subject(self, subject: str) -> str:
        return f"[{_site_name()}] {subject}"

    def get_from_email(self) -> str:
        """The desk's default mailbox, in the desk's name."""
        desk = get_desk(context.request)
        box = get_default_mailbox(desk) if desk else None
        return formataddr((_site_name(), box.address)) if box else settings.DEFAULT_FROM_EMAIL

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        site = SimpleNamespace(name=_site_name(), domain=self.request.get_host())
        super().send_mail(template_prefix, email, {**context, "current_site": site})

    def get_reset_password_from_key_url(self, key: str) -> str:
        return self._at_installation(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return self._at_installation(super().get_email_confirmation_url(request, emailconfirmation))

    def _at_installation(self, url: str) -> str:
        desk = get_desk(self.request)
        return build_installation_url(desk, url) if desk and desk.domain else url

    def is_safe_url(self, url: str | None) -> bool:
        """Only this site may be the next page; not any host that the installation also serves."""
        host = self.request.get_host()
        return url_has_allowed_host_and_scheme(url, {host}, require_https=self.request.is_secure())

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark the address as proven, and make its owner a contact of the desk.

        Anybody may have signed up with this address and a password. Who proves the address in another browser may
        never have seen that password: it goes, and the owner is led to set one.
        """
        if not is_signing_up(request, email_address.user):
            drop_unverified_password(email_address.user)
        is_confirmed: bool = super().confirm_email(request, email_address)
        if is_confirmed:
            claim_contact_at_desk(request, email_address.user, email_address.email)
        return is_confirmed

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Let a login with a proven address have the contact that this desk already knows by it."""
        if can_claim_contact(get_desk(request), user):
            claim_contact_at_desk(request, user, user.email)
        return super().post_login(request, user, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Nobody is asked twice who has just logged in."""
        is_required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return is_required and not has_recently_signed_in(context.request, context.request.user)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """With a second factor the password alone opens nothing again, above all not the factor's own settings."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not has_two_factor(user):
            return methods
        return [method for method in methods if method["id"] != "reauthenticate"]

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        if self.request.user.is_authenticated:
            return reverse("home")
        user = User.objects.get(pk=email_address.user_id)
        return (
            reverse("account_login")
            if user.has_usable_password()
            else self._link_to_set_password(user)
        )

    def _link_to_set_password(self, user: User) -> str:
        key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
        return self.get_reset_password_from_key_url(f"{user_pk_to_url_str(user)}-{key}")


def get_desk(request: HttpRequest) -> Desk | None:
    """The desk that the middleware found for a request."""
    return getattr(request, "desk", None)


def _site_name() -> str:
    desk = get_desk(context.request)
    return desk.name if desk else "Plumbline"


def is_signing_up(request: HttpRequest, user: User) -> bool:
    """Whether this browser gave the login's password and waits for its address to be proven, no other way in."""
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    return stage is not None and stage.login.user == user


def has_verified_email(user: User, email: str) -> bool:
    """Whether this login has proven to read the mail of an address."""
    return EmailAddress.objects.filter(user=user, email=email, verified=True).exists()


def can_claim_contact(desk: Desk | None, user: User) -> bool:
    """Whether a contact of the desk waits for this login: same address, proven, nobody else's."""
    waiting = Contact.objects.filter(desk=desk, email=user.email, user__isnull=True)
    return desk is not None and waiting.exists() and has_verified_email(user, user.email)


def claim_contact_at_desk(request: HttpRequest, user: User, email: str) -> Contact | None:
    """Claim the contact of a proven address at the request's desk; None for an agent, or when it is taken."""
    desk = get_desk(request)
    if desk is None or Agent.objects.filter(desk=desk, user=user).exists():
        return None
    at = timezone.now()
    try:
        with transaction.atomic():
            contact = claim_contact(desk=desk, user=user, email=email, at=at)
            if contact.email == normalize_email(email):  # a login that is a contact here stays it
                verify_tickets_of(contact, how=BY_SIGN_UP, at=at)
            return contact
    except AddressTakenError:
        return None
