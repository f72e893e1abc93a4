"""Defects by the API: the whole life of one, field errors, conflicts, retries, second desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import (
    Agent,
    AgentDepartment,
    Department,
    Product,
    ProductLine,
    Visibility,
)
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.defects.helpers import release, report, tell
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.defects.search.documents import refresh_documents
from tickets.models import Defect, DefectFollower, DefectLink, Ticket
from tickets.services.troubleshooting import save_record

DEFECTS = "/rocket/api/v1/defects/"


@pytest.fixture
def api(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.level_two.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.fixture
def defect(in_rocket: Cast, ticket: Ticket) -> Defect:
    return report(in_rocket, ticket)


def send(client: Client, path: str, data: Any = None, method: str = "post", **headers: str) -> Any:
    act = getattr(client, method)
    return act(f"{DEFECTS}{path}", data or {}, content_type="application/json", headers=headers)


def test_a_defect_is_created_from_a_ticket_with_what_was_gathered(
    api: Client, in_rocket: Cast, ticket: Ticket
) -> None:
    record = {"problem": "It hangs", "steps": "1. Upload"}
    save_record(ticket_id=ticket.pk, agent=in_rocket.analyst, fields=record, at=NOON)
    given = {"title": "Uploads hang", "severity": "major", "ticket": ticket.number}
    answer = send(api, "", given)
    assert answer.status_code == 201
    made = answer.json()
    assert made["key"] == f"RC-D{made['number']}"
    assert (made["title"], made["steps"], made["stage"]) == (
        "Uploads hang",
        "1. Upload",
        "reported",
    )
    linked = api.get(f"{DEFECTS}{made['number']}/tickets/").json()["results"]
    assert [one["reference"] for one in linked] == [ticket.reference]


def test_a_repeated_request_creates_nothing_twice(api: Client) -> None:
    key = {"Idempotency-Key": "8e03978e"}
    first = send(api, "", {"title": "Crash"}, **key)
    again = send(api, "", {"title": "Crash"}, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["number"] == again.json()["number"]
    assert Defect.objects.count() == 1
    assert send(api, "", {"title": "Another"}, **key).status_code == 422
    path = f"{first.json()['number']}/notes/"
    for _try in range(2):
        assert send(api, path, {"text": "Seen"}, **{"Idempotency-Key": "n1"}).status_code == 201
    assert Defect.objects.get().events.filter(kind="note").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"severity": "awful"}, "severity"),
        ({"product": "Nothing"}, "product"),
        ({"owner": 999_999}, "owner"),
        ({"planned_on": "soon"}, "planned_on"),
        ({"is_published": True}, "public_title"),
        ({"frequency": "often"}, "frequency"),
        ({"stage": "released"}, "stage"),
    ],
)
def test_errors_name_their_field(api: Client, wrong: dict[str, Any], field: str) -> None:
    answer = send(api, "", {"title": "Crash"} | wrong)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_what_was_read_can_be_written(api: Client, in_rocket: Cast, defect: Defect) -> None:
    server = Product.objects.create(desk=in_rocket.desk, name="Server")
    path, owner = f"{defect.number}/", in_rocket.level_two
    shown = send(api, path, {"product": "Server", "owner": owner.user.email}, "patch").json()
    assert shown["product"] == {"kind": "product", "id": server.pk, "name": "Server"}
    assert shown["owner"] == {"kind": "agent", "id": owner.pk, "name": owner.name}
    names = ("product", "owner", "planned_line")
    again = send(api, path, {name: shown[name] for name in names}, "patch")
    assert (again.status_code, again.json()["revision"]) == (200, shown["revision"])


def test_a_known_issue_is_published_with_an_event_of_its_own(api: Client, defect: Defect) -> None:
    path, given = f"{defect.number}/", {"is_published": True}
    lacking = send(api, path, given, "patch")
    assert [error["field"] for error in lacking.json()["errors"]] == ["public_title"]
    shown = send(api, path, given | {"public_title": "Uploads", "severity": "minor"}, "patch")
    assert (shown.status_code, shown.json()["is_published"]) == (200, True)
    kinds = defect.events.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["changed", "published"]


def test_two_people_change_it_one_wins_and_the_other_gets_the_revision(
    api: Client, defect: Defect
) -> None:
    path = f"{defect.number}/"
    read = api.get(f"{DEFECTS}{path}").json()["revision"]
    first = send(api, path, {"title": "Mine", "revision": read}, "patch")
    assert (first.status_code, first.json()["revision"]) == (200, read + 1)
    late = send(api, path, {"title": "Yours", "revision": read}, "patch")
    assert late.status_code == 409
    assert late["content-type"] == "application/problem+json"
    assert (late.json()["revision"], late.json()["stage"]) == (read + 1, "reported")
    move = send(api, f"{defect.number}/stage/", {"stage": "confirmed", "revision": read})
    assert (move.status_code, move.json()["revision"]) == (409, read + 1)
    assert send(api, path, {"title": "Mine"}, "patch").json()["revision"] == read + 1  # unchanged


def test_stages_and_releases_tell_the_customer_once_per_line(
    api: Client, in_rocket: Cast, ticket: Ticket, defect: Defect
) -> None:
    product = Product.objects.create(desk=in_rocket.desk, name="Server")
    line = ProductLine.objects.create(desk=in_rocket.desk, product=product, name="ESR")
    for stage in ("confirmed", "in_progress"):
        moved = send(api, f"{defect.number}/stage/", {"stage": stage})
        assert (moved.status_code, moved.json()["stage"]) == (200, stage)
        tell(in_rocket)
    lacking = send(api, f"{defect.number}/stage/", {"stage": "released"})
    assert [error["field"] for error in lacking.json()["errors"]] == ["version"]
    given = {"version": "9.1", "url": "https://example.com/9.1", "line": line.pk}
    released = send(api, f"{defect.number}/releases/", given)
    assert (released.status_code, released.json()["stage"]) == (200, "released")
    tell(in_rocket)
    releases = api.get(f"{DEFECTS}{defect.number}/releases/").json()["results"]
    named = {"kind": "product_line", "id": line.pk, "name": "ESR"}
    assert [(one["version"], one["line"]) for one in releases] == [("9.1", named)]
    stages = ticket.defect_updates.order_by("pk").values_list("stage", flat=True)
    assert list(stages) == ["confirmed", "in_progress", "released"]
    assert send(api, f"{defect.number}/stage/", {"stage": "duplicate"}).status_code == 409


def test_a_release_for_a_line_of_another_product_is_refused(
    api: Client, in_rocket: Cast, matter: Cast
) -> None:
    server, mobile = (
        Product.objects.create(desk=in_rocket.desk, name=name) for name in ("Server", "Mobile")
    )
    esr = ProductLine.objects.create(desk=in_rocket.desk, product=server, name="ESR")
    with desk_scope(matter.desk):
        theirs = Product.objects.create(desk=matter.desk, name="Server")
        foreign = ProductLine.objects.create(desk=matter.desk, product=theirs, name="ESR")
    defect = report(in_rocket, product=mobile)
    for line in (esr, foreign):
        given = {"version": "9.1", "line": line.pk}
        answer = send(api, f"{defect.number}/releases/", given)
        fields = [error["field"] for error in answer.json()["errors"]]
        assert (answer.status_code, fields) == (400, ["line"])
    assert not defect.releases.exists()


def test_a_merged_defect_gives_its_tickets_away(
    api: Client, in_rocket: Cast, ticket: Ticket, defect: Defect
) -> None:
    original = report(in_rocket)
    merged = send(api, f"{defect.number}/merge/", {"into": original.key.lower()})
    assert (merged.status_code, merged.json()["number"]) == (200, original.number)
    assert DefectLink.objects.get(ticket=ticket).defect == original
    shown = api.get(f"{DEFECTS}{defect.number}/").json()
    named = {"kind": "defect", "id": original.number, "name": original.key}
    assert (shown["stage"], shown["duplicate_of"]) == ("duplicate", named)
    assert send(api, f"{defect.number}/merge/", {"into": original.key}).status_code == 409
    unknown = send(api, f"{original.number}/merge/", {"into": "RC-D99"})
    assert unknown.json()["errors"][0]["field"] == "into"


def test_tickets_are_linked_and_unlinked(
    api: Client, in_rocket: Cast, ticket: Ticket, defect: Defect
) -> None:
    other = in_rocket.open_ticket()
    for _try in range(2):
        linked = send(api, f"{defect.number}/tickets/", {"ticket": other.number})
        assert linked.status_code == 200
    assert DefectLink.objects.count() == 2
    path = f"{defect.number}/tickets/{other.number}/"
    assert send(api, path, {}, "delete").status_code == 400
    assert send(api, path, {"why": "Another cause"}, "delete").status_code == 200
    assert send(api, path, {"why": "Again"}, "delete").status_code == 409
    assert send(api, f"{defect.number}/tickets/", {"ticket": 99}).status_code == 404


def test_followers_come_and_go(api: Client, in_rocket: Cast, defect: Defect) -> None:
    path, lead = f"{defect.number}/followers/", in_rocket.lead
    added = send(api, path, {"agent": lead.pk, "role": "executive"})
    named = {"kind": "agent", "id": lead.pk, "name": "Lead"}
    assert {"agent": named, "role": "executive"} in added.json()["results"]
    assert send(api, f"{path}{lead.pk}/", method="delete").status_code == 204
    assert send(api, f"{path}{lead.pk}/", method="delete").status_code == 404
    assert not DefectFollower.objects.filter(agent=lead).exists()
    wrong = send(api, path, {"agent": 999_999, "role": "executive"})
    assert wrong.json()["errors"][0]["field"] == "agent"


def test_the_list_is_in_the_order_of_rank_with_filters(
    api: Client, in_rocket: Cast, ticket: Ticket
) -> None:
    minor, critical = (
        report(in_rocket, severity="minor"),
        report(in_rocket, ticket, severity="critical", owner=in_rocket.level_two),
    )
    rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON)

    def numbers(query: str = "") -> list[int]:
        return [one["number"] for one in api.get(f"{DEFECTS}?{query}").json()["results"]]

    assert numbers() == [critical.number, minor.number]
    assert numbers("severity=minor") == [minor.number]
    assert numbers(f"owner={in_rocket.level_two.pk}") == [critical.number]
    assert numbers(f"ticket={ticket.number}") == [critical.number]
    assert numbers("stage=open&product=None") == []
    refresh_documents(desk_id=in_rocket.desk.pk, at=NOON)
    assert numbers(f"q={minor.key}") == [minor.number]
    assert numbers("q=nothing like this") == []
    send(api, f"{minor.number}/stage/", {"stage": "wont_fix"})
    assert numbers("stage=open") == [critical.number]
    wrong = api.get(f"{DEFECTS}?stage=nonsense")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "stage")
    assert api.get(f"{DEFECTS}?cursor=x").status_code == 400
    facts = api.get(f"{DEFECTS}{critical.number}/").json()["why_this_rank"]
    assert (facts["severity"] > 0, facts["plans"]) == (True, {"Standard": 1})


def test_the_history_has_every_event(api: Client, defect: Defect) -> None:
    send(api, f"{defect.number}/stage/", {"stage": "confirmed", "why": "Reproduced"})
    events = api.get(f"{DEFECTS}{defect.number}/events/").json()["results"]
    assert [one["kind"] for one in events] == ["stage", "created"]
    assert events[0]["data"]["why"] == "Reproduced"


def test_the_history_names_no_ticket_that_the_reader_does_not_see(
    in_rocket: Cast, defect: Defect, ticket: Ticket, sign_in: Any
) -> None:
    def list_named(agent: Agent) -> list[int | None]:
        found = sign_in(agent.user).get(f"{DEFECTS}{defect.number}/events/").json()["results"]
        return [one["data"]["ticket"] for one in found]

    community = in_rocket.departments["community"]
    Ticket.objects.filter(pk=ticket.pk).update(department=community, assignee=None)
    AgentDepartment.objects.filter(agent=in_rocket.colleague, department=community).delete()
    assert list_named(in_rocket.colleague) == [ticket.number]
    Department.objects.filter(pk=community.pk).update(visibility=Visibility.MEMBERS)
    assert list_named(in_rocket.colleague) == [None]
    assert list_named(in_rocket.lead) == [ticket.number]


def test_an_observer_reads_and_changes_nothing(
    in_rocket: Cast, defect: Defect, sign_in: Any
) -> None:
    reader = sign_in(in_rocket.observer.user)
    assert reader.get(f"{DEFECTS}{defect.number}/").status_code == 200
    for path, method in [
        ("", "post"),
        (f"{defect.number}/", "patch"),
        (f"{defect.number}/stage/", "post"),
        (f"{defect.number}/notes/", "post"),
    ]:
        assert send(reader, path, {"title": "x"}, method).status_code == 403


def test_the_second_desk_has_no_such_defect(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        defect = report(rocket, rocket.open_ticket())
    stranger = sign_in(matter.admin.user)
    assert stranger.get(f"{DEFECTS}{defect.number}/").status_code == 404
    own = stranger.get(f"/matter/api/v1/defects/{defect.number}/")
    assert own.status_code == 404
    given = {"into": defect.key}
    with desk_scope(matter.desk):
        mine = report(matter)
    url = f"/matter/api/v1/defects/{mine.number}/merge/"
    refused = stranger.post(url, given, content_type="application/json")
    assert refused.json()["errors"][0]["field"] == "into"


def test_stages_have_the_desks_names_and_texts(in_rocket: Cast, sign_in: Any, api: Client) -> None:
    admin = sign_in(in_rocket.admin.user)
    url = "/rocket/api/v1/stages/confirmed/"
    given = {"name": "Seen by us", "tells_customers": False, "text": "We saw {product}."}
    saved = admin.put(url, given, content_type="application/json")
    assert (saved.status_code, saved.json()["name"]) == (200, "Seen by us")
    assert api.put(url, given, content_type="application/json").status_code == 403
    stages = api.get("/rocket/api/v1/stages/").json()["results"]
    assert stages[1] == {"stage": "confirmed", **given}
    wrong = admin.put(url, given | {"text": "{secret}"}, content_type="application/json")
    assert wrong.json()["errors"][0]["field"] == "text"
    assert admin.get("/rocket/api/v1/stages/nonsense/").status_code == 404


def test_product_lines_are_kept_by_admins(in_rocket: Cast, sign_in: Any) -> None:
    admin = sign_in(in_rocket.admin.user)
    Product.objects.create(desk=in_rocket.desk, name="Server")
    url, given = "/rocket/api/v1/product-lines/", {"product": "Server", "name": "ESR"}
    added = admin.post(url, given, content_type="application/json")
    assert added.status_code == 201
    row = f"{url}{added.json()['id']}/"
    changed = admin.put(row, given | {"name": "ESR 9"}, content_type="application/json")
    assert changed.json()["name"] == "ESR 9"
    twice = admin.post(url, given | {"name": "ESR 9"}, content_type="application/json")
    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (400, "name")
    shipped = ProductLine.objects.get(pk=added.json()["id"])
    defect = report(in_rocket)
    release(in_rocket, defect, line=shipped)
    assert admin.delete(row).status_code == 409
    defect.releases.all().delete()
    assert admin.delete(row).status_code == 204
