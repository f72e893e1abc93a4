"""Buttons of webhooks: pause, resume, a new secret, a test event, a replay, and send again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import BigIntegerField
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.logins.secrets_once import keep_for_page
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited
from tickets.models import WebhookDelivery, WebhookSubscription
from tickets.webhooks.attempts import Outcome
from tickets.webhooks.describing import describe_result
from tickets.webhooks.replaying import send_again, start_replay
from tickets.webhooks.subscriptions import pause, resume, rotate_secret
from tickets.webhooks.testing import send_test


class ReplayForm(forms.Form):
    """From where to send again: an event, or a time in the reader's time zone."""

    event = forms.IntegerField(required=False, min_value=1, max_value=BigIntegerField.MAX_BIGINT)
    since = forms.DateTimeField(
        required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )


@post_only
def set_webhook_state(request: AdminRequest, webhook_id: int) -> HttpResponse:
    """Pause or resume a webhook."""
    webhook = _get_webhook(request, webhook_id)
    now, act = timezone.now(), request.POST.get("act")
    if act == "pause" and pause(webhook, by=request.user, at=now):
        messages.success(request, _("The webhook is paused. Events wait until you resume it."))
    elif act == "resume" and resume(webhook, by=request.user, at=now):
        messages.success(request, _("The webhook is active. Waiting events are being sent."))
    else:
        messages.warning(request, _("Nothing changed: another admin already did this."))
    return _go_back(webhook)


@post_only
def create_webhook_secret(request: AdminRequest, webhook_id: int) -> HttpResponse:
    """Create a new secret, which the next page shows once."""
    webhook = _get_webhook(request, webhook_id)
    secret = rotate_secret(webhook, by=request.user, at=timezone.now())
    keep_for_page(request.session, _get_page(webhook), secret)
    messages.success(request, _("For 24 hours, requests are also signed with the previous secret."))
    return _go_back(webhook)


@post_only
@rate_limited("webhook_test")
def send_webhook_test(request: AdminRequest, webhook_id: int) -> HttpResponse:
    """Send a test event with the saved settings, and say what the receiver responded."""
    webhook = _get_webhook(request, webhook_id)
    result = send_test(webhook, at=timezone.now())
    is_good = result.outcome == Outcome.DELIVERED
    tell = messages.success if is_good else messages.error
    text = _("Test event: %(result)s (%(milliseconds)s ms)")
    tell(
        request,
        text % {"result": describe_result(result), "milliseconds": result.milliseconds},
    )
    return _go_back(webhook)


@post_only
def replay_webhook(request: AdminRequest, webhook_id: int) -> HttpResponse:
    """Send all events from an event or a time on again."""
    webhook = _get_webhook(request, webhook_id)
    form = ReplayForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    event_id, since = given.get("event"), given.get("since")
    if (event_id is None) == (since is None):
        messages.error(request, _("Enter either an event ID or a time, and try again."))
        return _go_back(webhook)
    start_replay(webhook, by=request.user, at=timezone.now(), event_id=event_id, since=since)
    messages.success(request, _("The events are being sent again, oldest first."))
    return _go_back(webhook)


@post_only
def send_delivery_again(request: AdminRequest, delivery_id: int) -> HttpResponse:
    """Send one event again, unless it was sent since the page was opened."""
    require_desk_admin(request)
    rows = WebhookDelivery.objects.select_related("subscription")
    delivery = get_object_or_404(rows, pk=delivery_id, desk=request.desk)
    attempts = request.POST.get("attempts", "")
    is_count = attempts.isascii() and attempts.isdecimal() and len(attempts) < 9
    if is_count and send_again(delivery, attempts=int(attempts), at=timezone.now()):
        messages.success(request, _("The event will be sent again."))
    else:
        messages.warning(request, _("The event is being sent, or was sent just now."))
    return HttpResponseRedirect(reverse("admin:tickets_webhookdelivery_change", args=[delivery.pk]))


def _get_webhook(request: AdminRequest, webhook_id: int) -> WebhookSubscription:
    require_desk_admin(request)
    rows = WebhookSubscription.objects.select_related("desk")
    return get_object_or_404(rows, pk=webhook_id, desk=request.desk)


def _go_back(webhook: WebhookSubscription) -> HttpResponse:
    return HttpResponseRedirect(_get_page(webhook))


def _get_page(webhook: WebhookSubscription) -> str:
    return reverse("admin:tickets_webhooksubscription_change", args=[webhook.pk])
