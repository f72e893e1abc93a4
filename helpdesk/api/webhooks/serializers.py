"""What the API reads and writes about webhooks and events."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpdesk.api.pagination import MAX_ID
from helpdesk.api.serializers import StrictSerializer
from tickets.models import (
    ActorKind,
    OutboxState,
    PayloadFormat,
    PayloadSize,
    StopReason,
    SubscriptionState,
    WebhookDelivery,
    WebhookSubscription,
)
from tickets.models.webhooks import PayloadVersion
from tickets.webhooks.describing import describe_attempt
from tickets.webhooks.kinds import CATALOG

MAX_FILTER = 400  # characters of the values of one filter


class FiltersField(serializers.DictField):
    """Conditions on tickets: names and values."""

    child = serializers.CharField(max_length=MAX_FILTER)


class WebhookSerializer(StrictSerializer):
    """A URL to which events of tickets are sent."""

    id = serializers.IntegerField(read_only=True, help_text=_("The webhook's id."))
    name = serializers.CharField(max_length=60, help_text=_("A name, unique at the desk."))
    url = serializers.URLField(
        max_length=500, help_text=_("Each event is sent to it with a POST request.")
    )
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=30),
        max_length=len(CATALOG),
        default=list,
        help_text=_("The kinds of events, such as “ticket.opened”. Empty for all of them."),
    )
    filters = FiltersField(
        default=dict,
        help_text=_(
            "Only events of tickets that meet all of these conditions, such as {“priority”: "
            "“3,4”}: the ids of a department, priority, tag, account, plan or product, or values "
            "of status, level or channel. “not_” in front of a name excludes its values."
        ),
    )
    payload = serializers.ChoiceField(
        PayloadSize.choices,
        default=PayloadSize.THIN,
        help_text=_("“thin” for ids only, “full” for the ticket and the message, too."),
    )
    format = serializers.ChoiceField(
        PayloadFormat.choices,
        default=PayloadFormat.STANDARD,
        help_text=_("The shape of the body: nested or flat JSON, or a message for chats."),
    )
    version = serializers.ChoiceField(
        PayloadVersion.choices, read_only=True, help_text=_("The version of the body.")
    )
    includes_internal = serializers.BooleanField(
        default=False,
        help_text=_(
            "True to send internal notes and events, too. All admins are notified of that."
        ),
    )
    state = serializers.ChoiceField(
        SubscriptionState.choices, read_only=True, help_text=_("The current state.")
    )
    stop_reason = serializers.ChoiceField(
        [*StopReason.choices, ""],
        read_only=True,
        help_text=_("Why it's paused or has ended; empty while it is active."),
    )
    stopped_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=_("When it was paused or ended, or null.")
    )
    last_success_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=_("When the last event was accepted, or null.")
    )
    created_at = serializers.DateTimeField(read_only=True, help_text=_("When it was added."))


class WebhookSecret(serializers.ModelSerializer[WebhookSubscription]):
    """A new secret. It is shown only once."""

    secret = serializers.CharField(
        allow_blank=True,
        help_text=_("The secret that signs requests. Empty if this request was repeated."),
    )

    class Meta:
        model = WebhookSubscription
        fields = ("id", "secret")
        extra_kwargs = {"id": {"help_text": _("The webhook's id.")}}


class CreatedWebhook(WebhookSerializer):
    """A new webhook with its secret, which is shown only once."""

    secret = serializers.CharField(
        read_only=True,
        help_text=_("The secret that signs requests. Empty if this request was repeated."),
    )


class WebhookTestResult(serializers.Serializer[Any]):
    """What a receiver responded to a test event."""

    is_accepted = serializers.BooleanField(help_text=_("True for a response of 2xx."))
    status = serializers.IntegerField(
        allow_null=True, help_text=_("The HTTP status, or null without a response.")
    )
    milliseconds = serializers.IntegerField(help_text=_("How long it took."))
    result = serializers.CharField(help_text=_("The result in one sentence."))


class ReplayInput(StrictSerializer):
    """Where to start sending events again. Give one of the two."""

    event_id = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_ID, help_text=_("The id of the first event.")
    )
    since = serializers.DateTimeField(required=False, help_text=_("Or a time."))


class WebhookAttempt(serializers.Serializer[Any]):
    """An attempt to send an event."""

    at = serializers.DateTimeField(help_text=_("When it began."))
    status = serializers.IntegerField(allow_null=True, help_text=_("The HTTP status, or null."))
    milliseconds = serializers.IntegerField(help_text=_("How long it took."))
    result = serializers.CharField(help_text=_("The result in one sentence."))


class WebhookDeliveryOutput(serializers.ModelSerializer[WebhookDelivery]):
    """An event for a webhook."""

    webhook_id = serializers.IntegerField(
        source="subscription_id", help_text=_("The webhook's id.")
    )
    message_id = serializers.CharField(
        help_text=_("The webhook-id of its requests, the same for all attempts.")
    )
    event_id = serializers.IntegerField(help_text=_("The event's id."))
    ticket = serializers.IntegerField(
        source="ticket.number", help_text=_("The number of the event's ticket.")
    )
    state = serializers.ChoiceField(OutboxState.choices, help_text=_("The current state."))

    class Meta:
        model = WebhookDelivery
        fields: Any = (
            "id", "webhook_id", "message_id", "event_id", "kind", "ticket", "state", "status",
            "attempts", "next_try_at", "created_at", "finished_at",
        )  # fmt: skip
        extra_kwargs: Any = {
            "id": {"help_text": _("The delivery's id.")},
            "kind": {"help_text": _("The kind of event.")},
            "status": {"help_text": _("The HTTP status of the last response, or null.")},
            "attempts": {"help_text": _("The number of attempts.")},
            "next_try_at": {"help_text": _("When it is tried next, while it is waiting.")},
            "created_at": {"help_text": _("When the event was added to the outbox.")},
            "finished_at": {"help_text": _("When it was accepted or failed, or null.")},
        }


class WebhookDeliveryDetail(WebhookDeliveryOutput):
    """An event for a webhook, with the newest attempts and the last response."""

    log = serializers.SerializerMethodField(help_text=_("The newest attempts, oldest first."))

    class Meta(WebhookDeliveryOutput.Meta):
        fields = (*WebhookDeliveryOutput.Meta.fields, "size", "answer", "log")
        extra_kwargs = {
            **WebhookDeliveryOutput.Meta.extra_kwargs,
            "size": {"help_text": _("The bytes of the last request, or null.")},
            "answer": {"help_text": _("The beginning of the last response.")},
        }

    @extend_schema_field(WebhookAttempt(many=True))
    def get_log(self, delivery: WebhookDelivery) -> Any:
        shown = [{**entry, "result": describe_attempt(entry)} for entry in delivery.log]
        return WebhookAttempt(shown, many=True).data


class EventActor(serializers.Serializer[Any]):
    """Who caused an event."""

    kind = serializers.ChoiceField(
        ActorKind.choices, help_text=_("An agent, a contact, or Plumbline itself.")
    )
    id = serializers.IntegerField(
        allow_null=True, help_text=_("The id of the agent or contact, or null.")
    )
    name = serializers.CharField(help_text=_("The name at that time. Empty for Plumbline."))


class FeedEvent(serializers.Serializer[Any]):
    """An event, as webhooks send it with “full”, and without the message's text."""

    id = serializers.IntegerField(help_text=_("The event's id. IDs increase, but have gaps."))
    type = serializers.CharField(help_text=_("The kind of event, such as “ticket.opened”."))
    name = serializers.CharField(help_text=_("The kind of event in words."))
    timestamp = serializers.DateTimeField(help_text=_("When it happened."))
    ticket = serializers.IntegerField(help_text=_("The number of its ticket."))
    channel = serializers.CharField(help_text=_("The channel it came by; empty for none."))
    actor = EventActor(help_text=_("Who did it."))
    facts = serializers.JSONField(help_text=_("What changed. It depends on the kind of event."))


class FeedPage(serializers.Serializer[Any]):
    """Events after a cursor, oldest first."""

    results = FeedEvent(many=True, help_text=_("The events."))
    after = serializers.CharField(help_text=_("The cursor to pass as “after” in the next request."))
    has_more = serializers.BooleanField(
        help_text=_("True if more events are available: ask again at once.")
    )
