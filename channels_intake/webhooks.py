"""The webhooks of mail providers: check the secret, keep the raw request, answer. Reading comes later.

Anymail's views bring the checks of each provider (shared secret, Mailgun's signature) and read its tracking
events. A refusal here is 403 for a wrong secret, 413 for too much, and 503 while the database is away, so that
the provider comes again; there is no rate limit, since a provider takes it for a refusal of the mail.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import structlog
from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailBasicAuthMixin
from anymail.webhooks.mailgun import MailgunInboundWebhookView, MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView, MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView, PostmarkTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridInboundWebhookView, SendGridTrackingWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from accounts.models import Desk
from channels_intake.incoming.store import store_inbound
from channels_intake.outgoing.tracking import record_tracking_event
from channels_intake.providers.form_data import UnreadableError, read_form

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = (
    100 * 1024 * 1024
)  # base64 of the largest mail that any of the providers takes, and some


class ProviderWebhook(AnymailBaseWebhookView):
    """What all webhooks here share: the secret first, and honest answers."""

    provider = ""
    warn_if_no_basic_auth = False  # refused below instead

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer 200 once the work is on disk; 403, 413 or 503 when it is not."""
        try:
            self.check_secret(request)
            if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
                return refuse(413, "This is more than a mail may hold.")
            return self.take(request)
        except AnymailWebhookValidationFailure:
            log.warning("webhook_refused", provider=self.provider)
            return refuse(403, "The secret is missing or wrong.")
        except (OperationalError, InterfaceError) as error:
            log.error("webhook_without_database", provider=self.provider, error=str(error))
            return refuse(503, "Not now: the database is away.")

    def check_secret(self, request: HttpRequest) -> None:
        """Raise AnymailWebhookValidationFailure without the shared secret; no secret set lets nobody in."""
        if not self.basic_auth:
            raise AnymailWebhookValidationFailure("No secret is set for webhooks.")
        AnymailBasicAuthMixin.validate_request(self, request)

    def take(self, request: HttpRequest) -> HttpResponseBase:
        raise NotImplementedError


class InboundWebhook(ProviderWebhook):
    """Keeps an inbound mail raw."""

    def take(self, request: HttpRequest) -> HttpResponseBase:
        body = request.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            return refuse(413, "This is more than a mail may hold.")
        content_type = request.META.get("CONTENT_TYPE", "")
        desk: Desk | None = getattr(request, "desk", None)
        self.check_signature(request, body, content_type)
        store_inbound(
            provider=self.provider,
            raw=body,
            content_type=content_type,
            at=timezone.now(),
            desk_id=desk.pk if desk else None,
        )
        return HttpResponse("Received.", content_type="text/plain")

    def check_signature(self, request: HttpRequest, body: bytes, content_type: str) -> None:
        """Raise AnymailWebhookValidationFailure for a wrong signature; most providers sign nothing."""


class MailgunKey:
    """Mailgun's signing key from the settings of Anymail; without one the shared secret alone decides."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["webhook_signing_key"] = settings.ANYMAIL.get("MAILGUN_WEBHOOK_SIGNING_KEY") or ""
        super().__init__(**kwargs)


class PostmarkInbound(InboundWebhook, PostmarkInboundWebhookView):
    provider = "postmark"


class MailgunInbound(MailgunKey, InboundWebhook, MailgunInboundWebhookView):
    provider = "mailgun"

    def check_signature(self, request: HttpRequest, body: bytes, content_type: str) -> None:
        """Mailgun signs two fields of the form, which are read without Django's limits on forms."""
        if not self.webhook_signing_key:
            return
        try:
            form = read_form(body, content_type)
        except UnreadableError as error:
            raise AnymailWebhookValidationFailure("Mailgun's payload is no form.") from error
        signed = SimpleNamespace(
            META=request.META,
            content_type=request.content_type,
            body=body,
            POST={name: form.text(name) for name in ("token", "timestamp", "signature")},
        )
        self.run_validators(signed)


class SendGridInbound(InboundWebhook, SendGridInboundWebhookView):
    provider = "sendgrid"


class MailjetInbound(InboundWebhook, MailjetInboundWebhookView):
    provider = "mailjet"


class TrackingWebhook(ProviderWebhook):
    """Takes note of what became of a sent mail."""

    def take(self, request: HttpRequest) -> HttpResponseBase:
        self.check_signature(request)
        try:
            events = self.parse_events(request)
        except (
            AnymailError,
            ImproperlyConfigured,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        ) as error:
            log.warning(
                "tracking_unreadable",
                provider=self.provider,
                error=f"{type(error).__name__}: {error}",
            )
            return HttpResponse("Not understood.", content_type="text/plain")
        for event in events:
            record_tracking_event(
                event_type=str(event.event_type),
                provider_id=event.message_id or "",
                why=event.mta_response or event.description or event.reject_reason or "",
                at=timezone.now(),
            )
        return HttpResponse("Noted.", content_type="text/plain")

    def check_signature(self, request: HttpRequest) -> None:
        self.run_validators(request)


class PostmarkTracking(TrackingWebhook, PostmarkTrackingWebhookView):
    provider = "postmark"


class MailgunTracking(MailgunKey, TrackingWebhook, MailgunTrackingWebhookView):
    provider = "mailgun"

    def check_signature(self, request: HttpRequest) -> None:
        if self.webhook_signing_key:
            self.run_validators(request)


class SendGridTracking(TrackingWebhook, SendGridTrackingWebhookView):
    provider = "sendgrid"


class MailjetTracking(TrackingWebhook, MailjetTrackingWebhookView):
    provider = "mailjet"


def refuse(status: int, why: str) -> HttpResponse:
    """A refusal in plain words; 503 says when to come again."""
    headers = {"Retry-After": "30"} if status == 503 else {}
    return HttpResponse(why, status=status, content_type="text/plain", headers=headers)


INBOUND: dict[str, type[ProviderWebhook]] = {
    "postmark": PostmarkInbound,
    "mailgun": MailgunInbound,
    "sendgrid": SendGridInbound,
    "mailjet": MailjetInbound,
}
TRACKING: dict[str, type[ProviderWebhook]] = {
    "postmark": PostmarkTracking,
    "mailgun": MailgunTracking,
    "sendgrid": SendGridTracking,
    "mailjet": MailjetTracking,
}
