"""The adapter that tells django-allauth about desks.

A user is global, a contact belongs to a desk. A verified email address binds the two: the contact
of that address at the desk becomes the user's then, and never before (M83, M84).
"""

from __future__ import annotations

from contextlib import suppress
from email.utils import formataddr
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import structlog
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from accounts.models import Agent, Contact, Desk, User
from accounts.places.languages import use_recipient_locale
from accounts.services import AddressTakenError, claim_contact
from accounts.staff import drop_unverified_password
from accounts.tokens.services import revoke_tokens_of_user
from channels_intake.incoming.verification import BY_SIGN_UP, verify_tickets_of
from channels_intake.mailboxes import get_default_mailbox
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.rendering import get_frame_context
from helpdesk.login.known_browsers import remember_browser
from helpdesk.login.lockout import count_attempt, forget_attempts
from helpdesk.login.sso.sessions import find_sso_record
from helpdesk.login.two_factor.policy import has_recently_signed_in, has_two_factor
from helpdesk.shared.links import build_installation_url

log = structlog.get_logger(__name__)

# By the ids of allauth's DefaultAccountAdapter.get_reauthentication_methods.
REAUTHENTICATION_METHODS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use your authenticator app or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


# Parameter of the page for setting a password, and in the session: why it is shown.
CONFIRMED_ELSEWHERE = "confirmed-elsewhere"


class LoginAdapter(DefaultAccountAdapter):
    """Emails in the desk's name, links at the desk, contacts claimed by verified address."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _(
            "That email and password don't match. Try again, or set a new password."
        ),
        "incorrect_code": _("That code isn't right. Check it and try again."),
        "incorrect_password": _("That password isn't right. Try again."),
        # Only of emailed codes; lockout.py has the sentences of limits.
        "too_many_login_attempts": _("That code isn't right. Request a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return True at a desk, where people who sign up become contacts."""
        return get_desk(request) is not None

    def clean_email(self, email: str) -> str:
        """Return the address in its stored form. Raise ValidationError unless it is one address."""
        if address := normalize_email(email):
            return address
        raise ValidationError(_("Enter a valid email address."))

    def format_email_subject(self, subject: str) -> str:
        return f"[{get_site_name()}] {subject}"

    def get_from_email(self) -> str:
        """Return the desk's default mailbox with the desk's name."""
        desk = get_desk(context.request)
        box = get_default_mailbox(desk) if desk else None
        return formataddr((get_site_name(), box.address)) if box else settings.DEFAULT_FROM_EMAIL

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an email in its recipient's language, with all links below SITE_URL.

        allauth builds them from the Host header, which whoever asks for the email can choose. The
        recipient is looked up by the address alone: a known address costs as many queries as an
        unknown one.
        """
        desk = get_desk(self.request)
        user = User.objects.filter(email=email).first()
        contact = Contact.objects.filter(desk=desk).with_email(email).first() if desk else None
        site = SimpleNamespace(name=get_site_name(), domain=urlsplit(settings.SITE_URL).netloc)
        links = {
            name: build_installation_url(desk, value)
            for name, value in context.items()
            if name.endswith("_url") and value
        }
        with use_recipient_locale(desk=desk, contact=contact, user=user):
            super().send_mail(template_prefix, email, {**context, **links, "current_site": site})

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Return the email as text and HTML, in the design of all emails."""
        desk = get_desk(self.request)
        text = render_to_string(f"{template_prefix}_message.txt", context, self.request)
        framed = {**context, **get_frame_context(text, desk=desk)}
        return super().render_mail(template_prefix, email, framed, headers)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Notify a user of a change to the password or 2FA.

        The change is already made, so a mail server that rejects the email is logged, not raised.
        """
        try:
            super().send_notification_mail(template_prefix, user, context, email or user.email)
        except MAIL_SERVER_ERRORS:
            log.exception("account_notice_not_sent", user=user.pk, notice=template_prefix)

    def is_safe_url(self, url: str | None) -> bool:
        """Accept only this host for the next page, not every host that the installation serves."""
        host = self.request.get_host()
        return url_has_allowed_host_and_scheme(url, {host}, require_https=self.request.is_secure())

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark an address as verified and make its owner a contact of the desk.

        Anyone can sign up with this address and a password of their own. A browser that verifies
        the address without having given that password may belong to another person: the password
        is removed, and the owner is led to set a new one.
        """
        if not is_signing_up(request, email_address.user):
            drop_unverified_password(email_address.user)
        is_confirmed: bool = super().confirm_email(request, email_address)
        if is_confirmed:
            claim_contact_at_desk(request, email_address.user, email_address.email)
        return is_confirmed

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt with a password; allauth rolls it back if the password is right."""
        email = credentials.get("email", "")
        self._login_failed_rl_usage = count_attempt(request, "password", email)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Let a person who set a new password by email sign in with it. Called by allauth."""
        forget_attempts(request, "password", credentials["email"])

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: Any, signup: bool
    ) -> None:
        """Send the link that verifies an address, unless too many were sent to it.

        The page says the same in both cases: the links that were sent before still work.
        """
        with suppress(ValidationError):
            count_attempt(request, "verification", emailconfirmation.email_address.email)
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Email the owner of an address that was used to sign up again, within the same limit."""
        with suppress(ValidationError):
            count_attempt(self.request, "verification", email)
            super().send_account_already_exists_mail(email)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Give a user with a verified address the contact that the desk already has for it.

        The browser becomes a known one of the user, unless only a desk's provider knows them.
        """
        if can_claim_contact(get_desk(request), user):
            claim_contact_at_desk(request, user, user.email)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if find_sso_record(request) is None:
            remember_browser(request, response, user.email)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Set a person's new password, which ends their API tokens like their sessions."""
        super().set_password(user, password)
        revoke_tokens_of_user(user=user, by=user, at=timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for reauthentication only if the sign-in isn't recent."""
        is_required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return is_required and not has_recently_signed_in(context.request, context.request.user)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Don't offer the password to users with 2FA, especially before changes to 2FA itself."""
        methods = [
            method | {"description": REAUTHENTICATION_METHODS[method["id"]]}
            for method in super().get_reauthentication_methods(user)
        ]
        if not has_two_factor(user):
            return methods
        return [method for method in methods if method["id"] != "reauthenticate"]

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Redirect home, to sign-in, or to setting a password if the account has none."""
        if self.request.user.is_authenticated:
            return reverse("home")
        user = User.objects.get(pk=email_address.user_id)
        if user.has_usable_password():
            return reverse("account_login")
        return f"{self._set_password_url(user)}?{CONFIRMED_ELSEWHERE}=1"

    def _set_password_url(self, user: User) -> str:
        """Return where to set a password: never on a desk's own domain, as in emails."""
        key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
        url = str(self.get_reset_password_from_key_url(f"{user_pk_to_url_str(user)}-{key}"))
        desk = get_desk(self.request)
        return build_installation_url(desk, url) if desk and desk.domain else url


def get_desk(request: HttpRequest) -> Desk | None:
    """Return the desk that DeskMiddleware set on a request, or None outside of desks."""
    return getattr(request, "desk", None)


def get_site_name() -> str:
    """Return the name of the current request's desk, or the product's outside of desks."""
    desk = get_desk(context.request)
    return desk.name if desk else "Plumbline"


def is_signing_up(request: HttpRequest, user: User) -> bool:
    """Return True if this browser gave the user's password and waits to verify the address."""
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    return stage is not None and stage.login.user == user


def has_verified_email(user: User, email: str) -> bool:
    """Return True if the user has verified this address."""
    return EmailAddress.objects.filter(user=user, email=email, verified=True).exists()


def can_claim_contact(desk: Desk | None, user: User) -> bool:
    """Return True if the desk has a contact without a user at the user's verified address."""
    unclaimed = Contact.objects.filter(desk=desk, user__isnull=True).with_email(user.email)
    return desk is not None and unclaimed.exists() and has_verified_email(user, user.email)


def claim_contact_at_desk(request: HttpRequest, user: User, email: str) -> Contact | None:
    """Claim the contact of a verified address at the request's desk.

    Return None for agents of the desk, and when the contact already belongs to another user.
    """
    desk = get_desk(request)
    if desk is None or Agent.objects.filter(desk=desk, user=user).exists():
        return None
    at = timezone.now()
    try:
        with transaction.atomic():
            contact = claim_contact(desk=desk, user=user, email=email, at=at)
            # A user who already is another contact of the desk keeps that one.
            if contact.email == normalize_email(email):
                verify_tickets_of(contact, how=BY_SIGN_UP, at=at)
            return contact
    except AddressTakenError:
        return None
