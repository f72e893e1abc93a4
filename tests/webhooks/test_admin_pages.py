"""Admins subscribe, look at deliveries, send again and replay; nobody else does."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.forms import read_form
from tests.webhooks.helpers import HOUR, follow, respond, send, subscribe
from tests.webhooks.receiver import Receiver, status
from tickets.models import Notification, WebhookDelivery, WebhookSubscription

LIST = "/rocket/admin/tickets/webhooksubscription/"
DELIVERIES = "/rocket/admin/tickets/webhookdelivery/"


def test_an_admin_subscribes_and_sees_the_secret_once(
    rocket: Cast, receiver: Receiver, sign_in: Any
) -> None:
    client = sign_in(rocket.admin.user)
    form = read_form(client.get(f"{LIST}add/").content.decode())
    low = rocket.priorities["Low"]
    given = {
        "name": "Warehouse", "url": receiver.url, "kinds": ["note.added"], "payload": "full",
        "only_priority": [str(low.pk)],
    }  # fmt: skip
    refused = client.post(f"{LIST}add/", form | given)
    assert "internal event" in refused.content.decode()
    given["includes_internal"] = "on"
    assert client.post(f"{LIST}add/", form | given).status_code == 302
    with desk_scope(rocket.desk):
        hook = WebhookSubscription.objects.get()
        assert (hook.kinds, hook.filters) == (["note.added"], {"priority": str(low.pk)})
        [told] = Notification.objects.filter(kind="webhook.internal")
        assert told.agent == rocket.admin
        assert AuditEntry.objects.filter(action="added", detail__pk=str(hook.pk)).exists()
        made = hook.secret
    once, later = (client.get(f"{LIST}{hook.pk}/change/").content.decode() for _ in range(2))
    assert made in once
    assert made not in later
    assert client.post(f"{LIST}{hook.pk}/secret/").status_code == 302
    # Another page that shows secrets, opened in between, shows nothing.
    assert "whsec_" not in client.get("/rocket/agent/tokens/").content.decode()
    shown = client.get(f"{LIST}{hook.pk}/change/").content.decode()
    [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", shown)
    with desk_scope(rocket.desk):
        assert WebhookSubscription.objects.get().secret == secret
        assert secret not in str(AuditEntry.objects.values())
    assert secret not in client.get(f"{LIST}{hook.pk}/change/").content.decode()
    page = read_form(client.get(f"{LIST}{hook.pk}/change/").content.decode())
    assert client.post(f"{LIST}{hook.pk}/change/", page | {"name": "Data"}).status_code == 302
    with desk_scope(rocket.desk):
        hook.refresh_from_db()
        assert (hook.name, hook.secret, hook.filters) == ("Data", secret, {"priority": str(low.pk)})


def test_the_delivery_page_shows_request_answer_and_attempts_and_sends_again(
    rocket: Cast, receiver: Receiver, sign_in: Any
) -> None:
    with desk_scope(rocket.desk):
        hook = subscribe(rocket, receiver, payload="full")
        respond(rocket, rocket.open_ticket(), "My <b>printer</b>")
        follow(rocket)
        receiver.answers.append(status(400, b"<script>no</script>"))
        send(hook)
        WebhookDelivery.objects.update(next_try_at=timezone.now() + HOUR)
        delivery = WebhookDelivery.objects.get()
    client = sign_in(rocket.admin.user)
    assert "Customer replied" in client.get(DELIVERIES).content.decode()
    filtered = client.get(DELIVERIES, {"subscription__id__exact": hook.pk})
    assert "Customer replied" in filtered.content.decode()
    page = client.get(f"{DELIVERIES}{delivery.pk}/change/").content.decode()
    for words in (delivery.message_id, "My &lt;b&gt;printer", "&lt;script&gt;no", "Status 400"):
        assert words in page
    assert receiver.secret not in page
    url = f"{DELIVERIES}{delivery.pk}/again/"
    first, second = (client.post(url, {"attempts": "1"}, follow=True) for _ in range(2))
    assert "will be sent again" in first.content.decode()
    assert "being sent" in second.content.decode()
    assert client.post(url, {"attempts": "9" * 30}).status_code == 302
    with desk_scope(rocket.desk):
        send(hook, timezone.now())
    assert receiver.ids == [delivery.message_id]


def test_pause_resume_test_and_replay(rocket: Cast, receiver: Receiver, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        hook = subscribe(rocket, receiver)
        ticket = rocket.open_ticket()
        respond(rocket, ticket)
        follow(rocket)
        send(hook)
    client, page = sign_in(rocket.admin.user), f"{LIST}{hook.pk}/"
    said = client.post(f"{page}test/", follow=True).content.decode()
    assert "Status 204: accepted" in said
    assert receiver.kinds[-1] == "webhook.test"
    for act, state in (("pause", "paused"), ("pause", "paused"), ("resume", "active")):
        client.post(f"{page}state/", {"act": act})
        with desk_scope(rocket.desk):
            hook.refresh_from_db()
            assert hook.state == state
    for wrong in ({}, {"event": "x"}, {"event": "1", "since": "2026-11-18T10:00"}):
        answered = client.post(f"{page}replay/", wrong, follow=True)
        assert "Enter either" in answered.content.decode()
    assert client.post(f"{page}replay/", {"since": "2026-11-18T00:00"}).status_code == 302
    with desk_scope(rocket.desk):
        send(hook, timezone.now())
    assert receiver.kinds.count("customer.responded") == 2


def test_others_have_no_access(
    rocket: Cast, matter: Cast, receiver: Receiver, sign_in: Any
) -> None:
    with desk_scope(rocket.desk):
        hook = subscribe(rocket, receiver)
        respond(rocket, rocket.open_ticket())
        follow(rocket)
        delivery = WebhookDelivery.objects.get()
    acts = [
        f"{LIST}{hook.pk}/secret/",
        f"{LIST}{hook.pk}/test/",
        f"{LIST}{hook.pk}/state/",
        f"{LIST}{hook.pk}/replay/",
        f"{DELIVERIES}{delivery.pk}/again/",
    ]
    for person in (rocket.lead, rocket.analyst, matter.admin):
        client = sign_in(person.user)
        assert [client.post(url).status_code for url in acts] == [404] * len(acts)
    client = sign_in(matter.admin.user)
    for url in acts:
        assert client.post(url.replace("/rocket/", "/matter/")).status_code == 404
    assert (
        client.get(f"/matter/admin/tickets/webhookdelivery/{delivery.pk}/change/").status_code
        == 404
    )
    assert receiver.requests == 0
