"""Addresses of webhooks, their deliveries, and the feed of events."""

from __future__ import annotations

from django.urls import path

from helpdesk.api.webhooks.deliveries import DeliveryAgainView, DeliveryListView, DeliveryView
from helpdesk.api.webhooks.feed import EventFeedView
from helpdesk.api.webhooks.subscriptions import (
    WebhookListView,
    WebhookPauseView,
    WebhookReplayView,
    WebhookResumeView,
    WebhookSecretView,
    WebhookTestView,
    WebhookView,
)

OF_WEBHOOK = "webhooks/<int:webhook_id>/"
WEBHOOKS = [
    path("events/", EventFeedView.as_view(), name="events"),
    path("webhooks/", WebhookListView.as_view(), name="webhooks"),
    path(OF_WEBHOOK, WebhookView.as_view(), name="webhook"),
    path(f"{OF_WEBHOOK}pause/", WebhookPauseView.as_view(), name="webhook_pause"),
    path(f"{OF_WEBHOOK}resume/", WebhookResumeView.as_view(), name="webhook_resume"),
    path(f"{OF_WEBHOOK}secret/", WebhookSecretView.as_view(), name="webhook_secret"),
    path(f"{OF_WEBHOOK}test/", WebhookTestView.as_view(), name="webhook_test"),
    path(f"{OF_WEBHOOK}replay/", WebhookReplayView.as_view(), name="webhook_replay"),
    path("deliveries/", DeliveryListView.as_view(), name="deliveries"),
    path("deliveries/<int:delivery_id>/", DeliveryView.as_view(), name="delivery"),
    path("deliveries/<int:delivery_id>/again/", DeliveryAgainView.as_view(), name="delivery_again"),
]
