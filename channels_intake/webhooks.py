"""Webhooks of email providers: check the secret, store the raw request, respond.

Anymail's views bring the checks of each provider (shared secret, Mailgun's signature) and parse its
tracking events. The response is 403 for a wrong secret, 413 for too much data, and 503 while the
database is unavailable, so that the provider tries again. There is no rate limit, because a
provider takes that for a refusal of the mail.
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
from channels_intake.providers.errors import UnreadableError
from channels_intake.providers.form_data import read_form
from channels_intake.providers.registry import list_recipients

log = structlog.get_logger(__name__)

# More than base64 of the largest email that any of the providers accepts
MAX_BODY_BYTES = 100 * 1024 * 1024


class ProviderWebhook(AnymailBaseWebhookView):
    """Base of all webhooks: the secret comes first, and 200 means that the work is stored."""

    provider = ""
    warn_if_no_basic_auth = False  # check_secret refuses instead

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return 200 once the work is stored, otherwise 403, 413 or 503."""
        try:
            self.check_secret(request)
            if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
                return make_refusal(413, "The request is larger than any email may be.")
            return self.handle(request)
        except AnymailWebhookValidationFailure:
            log.warning("webhook_refused", provider=self.provider)
            return make_refusal(403, "The secret is missing or wrong.")
        except (OperationalError, InterfaceError) as error:
            log.error("webhook_without_database", provider=self.provider, error=str(error))
            return make_refusal(503, "The database is unavailable. Try again later.")

    def check_secret(self, request: HttpRequest) -> None:
        """Raise AnymailWebhookValidationFailure without the shared secret, or if none is set."""
        if not self.basic_auth:
            raise AnymailWebhookValidationFailure("No secret is set for webhooks.")
        AnymailBasicAuthMixin.validate_request(self, request)

    def handle(self, request: HttpRequest) -> HttpResponseBase:
        raise NotImplementedError


class InboundWebhook(ProviderWebhook):
    """Store an inbound email as posted."""

    def handle(self, request: HttpRequest) -> HttpResponseBase:
        body = request.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            return make_refusal(413, "The request is larger than any email may be.")
        content_type = request.META.get("CONTENT_TYPE", "")
        desk: Desk | None = getattr(request, "desk", None)
        self.check_signature(request, body, content_type)
        store_inbound(
            provider=self.provider,
            raw=body,
            content_type=content_type,
            at=timezone.now(),
            desk_id=desk.pk if desk else None,
            recipients=list_recipients(self.provider, body, content_type),
            host=request.get_host().rpartition(":")[0] or request.get_host(),
        )
        return HttpResponse("Received.", content_type="text/plain")

    def check_signature(self, request: HttpRequest, body: bytes, content_type: str) -> None:
        """Raise AnymailWebhookValidationFailure for a wrong signature, where one is used."""


class MailgunKey:
    """Mailgun's signing key from Anymail's settings. Without one only the secret is checked."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["webhook_signing_key"] = settings.ANYMAIL.get("MAILGUN_WEBHOOK_SIGNING_KEY") or ""
        super().__init__(**kwargs)


class PostmarkInbound(InboundWebhook, PostmarkInboundWebhookView):
    provider = "postmark"


class MailgunInbound(MailgunKey, InboundWebhook, MailgunInboundWebhookView):
    provider = "mailgun"

    def check_signature(self, request: HttpRequest, body: bytes, content_type: str) -> None:
        """Check the signed fields of the form, read without Django's limits on forms."""
        if not self.webhook_signing_key:
            return
        try:
            form = read_form(body, content_type)
        except UnreadableError as error:
            raise AnymailWebhookValidationFailure("Mailgun's payload is not a form.") from error
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
    """Record the delivery state of a sent email."""

    def handle(self, request: HttpRequest) -> HttpResponseBase:
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


def make_refusal(status: int, why: str) -> HttpResponse:
    """Return a plain-text response. A 503 says when to retry."""
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
