"""Reviews of one app in one store, polled from AppFollow and answered through it (M56, M57)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Network
from channels_intake.calls.errors import CallLaterError, Sent
from channels_intake.connections.contract import (
    Connector,
    Fact,
    FactKind,
    FieldKind,
    Item,
    Polled,
    RawEvent,
    ReplyLimits,
    SetupField,
)
from channels_intake.connectors.reviews import client
from channels_intake.connectors.reviews.payloads import (
    APP_STORE,
    GOOGLE_PLAY,
    is_readable,
    make_answer_id,
    make_event_id,
    read_event,
)
from channels_intake.connectors.reviews.watching import raise_signals
from channels_intake.models import ChannelMessage, Connection, Conversation, OutgoingCall
from tickets.models import Channel, Message
from tickets.queueing import Queue

NETWORKS = {APP_STORE: Network.APP_STORE, GOOGLE_PLAY: Network.GOOGLE_PLAY}
# https://developers.google.com/android-publisher/api-ref/rest/v3/reviews/reply, and
# https://appfollow.io/blog/responding-to-app-store-reviews-how-and-where-to-start
MAX_CHARS = {GOOGLE_PLAY: 350, APP_STORE: 5_970}
PAGES = 5  # requests of one poll
OVERLAP = timedelta(hours=1)  # AppFollow may list a review some time after it was written
HISTORY_DAYS, POLL_MINUTES = 365, 15
UNAUTHORIZED = 401


class ReviewsConnector(Connector):
    """AppFollow. external_id of a connection: the app's ID at its store."""

    channel = Channel.REVIEW
    network = Network.GOOGLE_PLAY
    icon = "channel-review"
    purpose = gettext_lazy("Google Play and App Store reviews, with public replies.")
    api_url = client.API_URL
    allows_email = False
    queue = Queue.BULK
    facts = (
        Fact("rating", gettext_lazy("Rating"), FactKind.STARS),
        Fact("version", gettext_lazy("App version")),
        Fact("device", gettext_lazy("Device")),
        Fact("country", gettext_lazy("Country")),
        Fact("language", gettext_lazy("Language")),
    )
    fields = (
        SetupField(
            "external_id",
            gettext_lazy("App ID"),
            help=gettext_lazy(
                "Google Play: the package name, such as chat.example.android. App Store: "
                "the number in the URL of the app's page."
            ),
        ),
        SetupField(
            "store",
            gettext_lazy("Store"),
            kind=FieldKind.CHOICE,
            initial=GOOGLE_PLAY,
            choices=((GOOGLE_PLAY, "Google Play"), (APP_STORE, "App Store")),
        ),
        SetupField(
            "token",
            gettext_lazy("API token"),
            kind=FieldKind.SEALED,
            help=gettext_lazy(
                "In AppFollow, under Settings > API. It needs read and write access."
            ),
        ),
        SetupField(
            "beta_marks",
            gettext_lazy("Beta keywords"),
            is_required=False,
            initial="beta, alpha, rc",
            help=gettext_lazy(
                "Words in the app version, or in the review's tags in AppFollow. Matching "
                "reviews get the tag “beta”, which routing rules can use."
            ),
        ),
        SetupField(
            "critical_words",
            gettext_lazy("Critical keywords"),
            kind=FieldKind.TEXT,
            is_required=False,
            initial="crash, crashes, data loss, can't log in, hacked",
            help=gettext_lazy(
                "Reviews that contain one of them are posted to team chat right away."
            ),
        ),
        SetupField(
            "poll_minutes",
            gettext_lazy("Minutes between checks"),
            kind=FieldKind.NUMBER,
            is_required=False,
            initial=POLL_MINUTES,
            help=gettext_lazy("Each check uses 10 API credits of your AppFollow plan."),
        ),
    )
    steps = (
        gettext_lazy(
            "In AppFollow, connect your App Store Connect or Google Play Console "
            "account under Integrations > Reviews & Replies, so that replies can be "
            "published."
        ),
        gettext_lazy("Under Settings > API, create a token with read and write access."),
        gettext_lazy(
            "Enter the token above, and save. Existing reviews are imported as history "
            "and don't open tickets."
        ),
    )

    def get_network(self, connection: Connection) -> Network:
        """Return the store whose reviews the connection has."""
        return NETWORKS.get(_get_store(connection), self.network)

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        """Return the limit of the review's store."""
        store = str(conversation.data.get("store") or _get_store(connection))
        return ReplyLimits(max_chars=MAX_CHARS.get(store, MAX_CHARS[GOOGLE_PLAY]), may_split=False)

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        """Return the reviews of an event, their changes and their answers."""
        return read_event(raw, _split(connection.settings.get("beta_marks", "beta")))

    def poll(self, connection: Connection, *, at: datetime) -> Polled | None:
        """Return reviews that are new or changed; at first, a year of them, some pages a time."""
        cursor = connection.cursor
        since = datetime.fromisoformat(cursor["since"]) if cursor.get("since") else None
        began = cursor.get("began") or at.isoformat()
        first = page = int(cursor.get("page") or 1)
        events: list[RawEvent] = []
        while page < first + PAGES:
            found = client.get_reviews(
                connection,
                since=(at - timedelta(days=HISTORY_DAYS)).date(),
                until=(at + timedelta(days=1)).date(),
                page=page,
                changed_since=since and since - OVERLAP,
                at=at,
            )
            events += _make_events(found.reviews, is_history=since is None)
            page += 1
            if not found.has_more:
                return Polled(tuple(events), {"since": began}, at + _get_pause(connection))
        rest = {"began": began, "page": page, **({"since": cursor["since"]} if since else {})}
        return Polled(tuple(events), rest, at)

    def watch(self, conversation: Conversation, message: Message, *, at: datetime) -> None:
        """Raise a signal to developers if the review, or many together, ask for it."""
        words = _split(conversation.connection.settings.get("critical_words", ""))
        raise_signals(conversation, message, words=words, at=at)

    def send(self, part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
        """Answer the review. Sent twice, the second answer replaces the first.

        The same text again has no ID of its own.
        """
        review_id, text = part.conversation.external_id, str(call.body["text"])
        client.post_reply(part.connection, review_id=review_id, text=text, at=at)
        answer_id = make_answer_id(review_id, text)
        before = ChannelMessage.objects.filter(connection=part.connection, external_id=answer_id)
        is_again = before.exclude(message=None).exclude(pk=part.pk).exists()
        return Sent(200, content="" if is_again else answer_id)

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Ask for the apps of the token, and return what is wrong."""
        try:
            client.list_collections(connection, at=at)
        except CallLaterError as error:
            if error.status != UNAUTHORIZED:
                raise
            return _("AppFollow doesn't accept the API token. Enter a new one.")
        return ""


def _make_events(reviews: list[dict[str, Any]], *, is_history: bool) -> Iterable[RawEvent]:
    """Return one event per review. Of history, those that can be read share one."""
    readable = [one for one in reviews if is_history and is_readable(one)]
    alone = [one for one in reviews if one not in readable]
    events = [RawEvent(_dump([one]), make_event_id(one)) for one in alone]
    return [RawEvent(_dump(readable)), *events] if readable else events


def _dump(reviews: list[dict[str, Any]]) -> bytes:
    return json.dumps({"reviews": reviews}).encode()  # escaped: a text may have half an emoji


def _get_store(connection: Connection) -> str:
    return str(connection.settings.get("store") or GOOGLE_PLAY)


def _get_pause(connection: Connection) -> timedelta:
    minutes = int(connection.settings.get("poll_minutes") or POLL_MINUTES)
    return timedelta(minutes=max(1, minutes))


def _split(words: Any) -> list[str]:
    found: Mapping[str, None] = dict.fromkeys(
        word.strip().lower() for word in str(words).replace("\n", ",").split(",")
    )
    return [word for word in found if word]
