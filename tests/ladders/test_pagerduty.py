"""Acknowledgements in PagerDuty: signed, stored raw first, once, and only for current alerts."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Desk
from accounts.tenancy import desk_scope, system_scope
from channels_intake.calls.sending import send_due_calls
from channels_intake.erasing import erase_mentions
from channels_intake.models import PageEvent, PagingKind, PagingService
from channels_intake.paging.alerts import get_alert_key
from channels_intake.paging.pagerduty import (
    Incident,
    UnreadableEventError,
    is_genuine,
    read_incident,
)
from channels_intake.paging.receiving import delete_old_page_events, process_due_page_events
from channels_intake.tasks import sweep_page_events
from sla.ladders.selectors import find_ladder
from sla.models import Action, LadderRun
from tests.cast import NOON, Cast
from tests.ladders.helpers import AFTER, MINUTE, add_ladder, deliver_all, list_events, sweep
from tests.ladders.paging_fake import ROUTING_KEY, PagingFake, serve_paging
from tests.staff import add_turn, make_rota
from tickets.erasing_agents import forget_alerted
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.timeline import describe_event

SECRET = "a signing secret that PagerDuty made"
DUE = NOON + 8 * 60 * MINUTE
# As in "Webhook Payload" of PagerDuty's documentation, reduced to what differs between events.
USER = {
    "html_url": "https://acme.pagerduty.com/users/PLH1HKV",
    "id": "PLH1HKV",
    "self": "https://api.pagerduty.com/users/PLH1HKV",
    "summary": "Tenex Engineer",
    "type": "user_reference",
}
INTEGRATION = USER | {"summary": "Plumbline", "type": "inbound_integration_reference"}


@pytest.fixture
def fake() -> Iterator[PagingFake]:
    with serve_paging() as served:
        yield served


@pytest.fixture
def service(rocket: Cast, fake: PagingFake) -> PagingService:
    with desk_scope(rocket.desk):
        add_ladder(rocket, [(0, AFTER, Action.PAGE), (30, AFTER, Action.PAGE)])
        add_turn(make_rota(rocket, rocket.colleague), rocket.colleague, NOON)
        made = PagingService(
            desk=rocket.desk, name="PagerDuty", kind=PagingKind.PAGERDUTY, url=fake.url
        )
        made.enter_secret(ROUTING_KEY, webhook_secret=SECRET)
        made.save()
        rocket.desk.refresh_from_db()
    return made


@pytest.fixture
def ticket(rocket: Cast, service: PagingService) -> Ticket:
    """A ticket that was paged at its deadline."""
    with desk_scope(rocket.desk):
        opened = rocket.open_ticket()
        run(rocket, DUE)
    return opened


def run(cast: Cast, at: datetime) -> None:
    sweep(cast, at)
    deliver_all(cast, at)
    send_due_calls(desk_id=cast.desk.pk, at=at, is_urgent=True)


def make_body(
    key: str,
    *,
    at: datetime = DUE + MINUTE,
    kind: str = "incident.acknowledged",
    agent: Any = USER,
    event_id: str = "5ac64822",
) -> bytes:
    event = {
        "id": event_id,
        "event_type": kind,
        "resource_type": "incident",
        "occurred_at": at.isoformat(),
        "agent": agent,
        "client": {"name": "PagerDuty"},
        "data": {"id": "PGR0VU2", "type": "incident", "number": 2, "incident_key": key},
    }
    return json.dumps({"event": event}).encode()


def sign(body: bytes, secret: str = SECRET) -> str:
    return "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(service: PagingService, body: bytes, signature: str | None = None, desk: str = "") -> int:
    given = sign(body) if signature is None else signature
    url = f"/{desk or service.desk.slug}/paging/{service.hook_token}/"
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        url, body, content_type="application/json", headers={"X-PagerDuty-Signature": given}
    )
    return answer.status_code


def process(cast: Cast, at: datetime = DUE + 2 * MINUTE) -> PageEvent:
    """Process what was stored. Return the newest event."""
    with desk_scope(cast.desk):
        PageEvent.objects.filter(state="received").update(next_try_at=at)
        process_due_page_events(desk_id=cast.desk.pk, at=at)
        return PageEvent.objects.latest("pk")


def list_kinds(cast: Cast, ticket: Ticket, kind: EventKind) -> list[str]:
    with desk_scope(cast.desk):
        return [describe_event(event, cast.desk) for event in list_events(ticket, kind)]


def count(desk: Desk) -> int:
    with desk_scope(desk):
        return PageEvent.objects.count()


def test_any_of_several_signatures_counts() -> None:
    body, old = b'{"event": {}}', "an older secret"
    both = f"{sign(body, old)},{sign(body)}"
    for given in (sign(body), both, both.replace(",", ", ")):
        assert is_genuine({"X-PagerDuty-Signature": given}, body, SECRET)
    for given in ("", "v1=", sign(body, old), sign(body).replace("v1", "v2"), "v1=ü"):
        assert not is_genuine({"X-PagerDuty-Signature": given}, body, SECRET)
    assert not is_genuine({"X-PagerDuty-Signature": sign(body, "")}, body, "")


def test_only_what_people_do_to_incidents_is_read() -> None:
    done = Incident("key", DUE, "Tenex Engineer")
    assert read_incident(make_body("key", at=DUE)) == done
    resolved = read_incident(make_body("key", at=DUE, kind="incident.resolved"))
    assert resolved == Incident("key", DUE, "Tenex Engineer", is_resolved=True)
    for changes in ({"kind": "incident.escalated"}, {"agent": INTEGRATION}, {"agent": None}):
        assert read_incident(make_body("key", **changes)) is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"event": 1}', b"\xff", b'{"event": {"event_type": []}}']
)
def test_other_bodies_are_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableEventError):
        read_incident(body)


def test_an_acknowledgement_in_pagerduty_stops_the_ladder(
    rocket: Cast, ticket: Ticket, service: PagingService
) -> None:
    assert post(service, make_body(get_alert_key(ticket))) == 202
    assert sweep_page_events() == 1
    assert process(rocket).state == "processed"
    with desk_scope(rocket.desk):
        ladder = find_ladder(ticket)
        assert ladder is not None
        assert ladder.acknowledged_by == "Tenex Engineer"
        assert ladder.resumes_at == DUE + 32 * MINUTE
    [told] = list_kinds(rocket, ticket, EventKind.PAGE_ANSWERED)
    assert told == "Tenex Engineer acknowledged the alert in PagerDuty."
    [told] = list_kinds(rocket, ticket, EventKind.LADDER_ACKNOWLEDGED)
    assert told.startswith("Tenex Engineer acknowledged the escalation (Urgent).")


def test_the_agent_with_that_name_has_acknowledged(
    rocket: Cast, ticket: Ticket, service: PagingService
) -> None:
    named = USER | {"summary": rocket.colleague.name.upper()}
    post(service, make_body(get_alert_key(ticket), agent=named))
    process(rocket)
    with desk_scope(rocket.desk):
        assert LadderRun.objects.get().acknowledged_by_id == rocket.colleague.pk
        [event] = list_events(ticket, EventKind.LADDER_ACKNOWLEDGED)
        assert event.actor_id == rocket.colleague.pk


def test_an_incident_resolved_by_a_person_is_acknowledged_and_resumes(
    rocket: Cast, ticket: Ticket, service: PagingService, fake: PagingFake
) -> None:
    post(service, make_body(get_alert_key(ticket), kind="incident.resolved"))
    process(rocket)
    [told] = list_kinds(rocket, ticket, EventKind.PAGE_ANSWERED)
    assert told == "Tenex Engineer resolved the alert in PagerDuty."
    with desk_scope(rocket.desk):
        run(rocket, DUE + 2 * MINUTE)
        run(rocket, DUE + 32 * MINUTE)
    acts = [act for _key, act in fake.actions]
    assert acts == ["trigger", "acknowledge", "resolve", "trigger"]


@pytest.mark.parametrize("signature", ["", "v1=" + "0" * 64, "v1=ü"])
def test_a_wrong_signature_is_refused_and_leaves_nothing(
    rocket: Cast, ticket: Ticket, service: PagingService, signature: str
) -> None:
    assert post(service, make_body(get_alert_key(ticket)), signature) == 401
    assert count(rocket.desk) == 0


def test_without_a_signing_secret_nothing_is_accepted(
    rocket: Cast, ticket: Ticket, service: PagingService
) -> None:
    with desk_scope(rocket.desk):
        PagingService.objects.update(sealed_webhook_secret="")
    body = make_body(get_alert_key(ticket))
    assert post(service, body, sign(body, "")) == 401


def test_the_same_event_counts_once_however_often_it_comes(
    rocket: Cast, ticket: Ticket, service: PagingService
) -> None:
    body = make_body(get_alert_key(ticket))
    assert [post(service, body) for _ in range(3)] == [202, 200, 200]
    process(rocket)
    process(rocket)
    assert post(service, body) == 200
    assert post(service, make_body(get_alert_key(ticket), event_id="another")) == 202
    process(rocket)
    assert len(list_kinds(rocket, ticket, EventKind.LADDER_ACKNOWLEDGED)) == 1


def test_a_url_works_at_its_own_desk_for_its_own_service_only(
    rocket: Cast, matter: Cast, ticket: Ticket, service: PagingService
) -> None:
    body = make_body(get_alert_key(ticket))
    assert post(service, body, desk="matter") == 404
    assert count(rocket.desk) == count(matter.desk) == 0
    for changes in ({"is_active": False}, {"is_active": True, "kind": "jsm"}):
        with desk_scope(rocket.desk):
            PagingService.objects.update(**changes)
        assert post(service, body) == 404
    assert Client().get(f"/rocket/paging/{service.hook_token}/").status_code == 405
    assert Client().post("/rocket/paging/unknown/").status_code == 404


def test_too_large_an_event_is_refused(service: PagingService) -> None:
    assert post(service, b" " * (256 * 1024 + 1)) == 413


@pytest.mark.parametrize("key", ["", "another-tools-key", "plumbline-0-0", "plumbline-1-999999"])
def test_an_incident_that_is_not_ours_is_set_aside(
    rocket: Cast, ticket: Ticket, service: PagingService, key: str
) -> None:
    assert post(service, make_body(key)) == 202
    event = process(rocket)
    assert (event.state, event.reason) == ("set_aside", "unknown_alert")
    assert not list_kinds(rocket, ticket, EventKind.PAGE_ANSWERED)


def test_a_ticket_that_this_service_never_paged_is_not_acknowledged(
    rocket: Cast, matter: Cast, ticket: Ticket, service: PagingService
) -> None:
    with desk_scope(rocket.desk):
        silent = rocket.open_ticket(at=DUE)
    with desk_scope(matter.desk):
        foreign = matter.open_ticket()
    for other in (silent, foreign):
        post(service, make_body(get_alert_key(other)))
        assert process(rocket).reason == "unknown_alert"


def test_a_late_answer_to_an_alert_that_was_resolved_since_stops_nothing(
    rocket: Cast, ticket: Ticket, service: PagingService
) -> None:
    """The ladder resumed and paged anew; the answer is about the page before."""
    with desk_scope(rocket.desk):
        LadderRun.objects.update(acknowledged_at=DUE, next_at=DUE + 30 * MINUTE)
        run(rocket, DUE + 30 * MINUTE)
    post(service, make_body(get_alert_key(ticket)))
    assert process(rocket, DUE + 40 * MINUTE).reason == "over"
    with desk_scope(rocket.desk):
        assert LadderRun.objects.get().acknowledged_at is None


def test_an_answer_after_the_ladder_ended_is_only_noted(
    rocket: Cast, ticket: Ticket, service: PagingService
) -> None:
    with desk_scope(rocket.desk):
        LadderRun.objects.all().delete()
    post(service, make_body(get_alert_key(ticket)))
    assert process(rocket).state == "processed"
    assert len(list_kinds(rocket, ticket, EventKind.PAGE_ANSWERED)) == 1
    assert not list_kinds(rocket, ticket, EventKind.LADDER_ACKNOWLEDGED)


def test_what_fails_is_tried_again_and_then_set_aside(
    rocket: Cast, ticket: Ticket, service: PagingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_named: object) -> str:
        raise RuntimeError("boom")

    post(service, make_body(get_alert_key(ticket)))
    with monkeypatch.context() as patch:
        patch.setattr("channels_intake.paging.receiving._apply", fail)
        first = process(rocket)
        assert (first.state, first.attempts) == ("received", 1)
    assert process(rocket).state == "processed"


def test_an_erased_person_is_not_named_afterwards(
    rocket: Cast, ticket: Ticket, service: PagingService
) -> None:
    post(service, make_body(get_alert_key(ticket)))
    process(rocket)
    person: Any = SimpleNamespace(
        desk_id=rocket.desk.pk, names={USER["summary"]}, anywhere=USER["summary"]
    )
    with system_scope("erase from append-only rows, too"):
        forget_alerted(person, 0)
        assert erase_mentions(person) == 1
    assert count(rocket.desk) == 0
    for kind in (EventKind.PAGE_ANSWERED, EventKind.LADDER_ACKNOWLEDGED):
        [told] = list_kinds(rocket, ticket, kind)
        assert USER["summary"] not in told


def test_old_events_are_deleted(rocket: Cast, ticket: Ticket, service: PagingService) -> None:
    post(service, make_body(get_alert_key(ticket)))
    event = process(rocket)
    with desk_scope(rocket.desk):
        assert delete_old_page_events(desk_id=rocket.desk.pk, at=event.received_at) == 0
        late = event.received_at + timedelta(days=91)
        Desk.objects.update(webhook_days=120)
        assert delete_old_page_events(desk_id=rocket.desk.pk, at=late) == 0
        Desk.objects.update(webhook_days=90)
        assert delete_old_page_events(desk_id=rocket.desk.pk, at=late) == 1
