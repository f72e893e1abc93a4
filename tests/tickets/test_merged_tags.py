"""Merging a tag into another, in the admin site and by API: tickets and settings follow."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, AuditEntry
from accounts.tenancy import desk_scope
from routing.models import ActionKind, ConditionKind, RuleAction, RuleCondition
from sla.models import Policy, PolicyCondition, Target
from tests.cast import NOON, Cast
from tests.macros.helpers import make_macro
from tests.routing.rule_making import make_rule
from tickets.actors import Actor
from tickets.bulk.running import run_bulk_jobs
from tickets.bulk.starting import start_bulk_change, undo_bulk_change
from tickets.errors import ConflictError, InvalidValueError
from tickets.macros.acts import Acts
from tickets.models import QueueRow, SavedView, Tag, Ticket, WebhookSubscription
from tickets.services import set_tags
from tickets.services.merged_tags import merge_tag
from tickets.services.tags import list_tags


@pytest.fixture
def tags(in_rocket: Cast) -> list[Tag]:
    """Return the tag that is merged, and the one that stays."""
    return [Tag.objects.create(desk=in_rocket.desk, name=name) for name in ("outage", "incident")]


def open_with(cast: Cast, *tags: Tag) -> Ticket:
    ticket = cast.open_ticket()
    set_tags(ticket_id=ticket.pk, tags=tags, by=Actor.of(cast.analyst), at=NOON)
    return ticket


def list_names(ticket: Ticket) -> list[str]:
    return [tag.name for tag in list_tags(ticket)]


def post(client: Client, tag: Tag, name: str, **more: str) -> Any:
    fields = {"name": name, "initial-name": tag.name, **more}
    return client.post(f"/rocket/admin/tickets/tag/{tag.pk}/change/", fields)


def test_the_api_merges_and_returns_the_tag_that_stays(
    in_rocket: Cast, tags: list[Tag], sign_in: Any
) -> None:
    gone, stays = tags
    ticket = open_with(in_rocket, gone)
    url = f"/rocket/api/v1/tags/{gone.pk}/merge/"
    for agent, body, status in (
        (in_rocket.lead, {"into": stays.pk}, 403),
        (in_rocket.admin, {"into": gone.pk}, 400),
        (in_rocket.admin, {"into": "nowhere"}, 400),
        (in_rocket.admin, {"into": "incident"}, 200),
        (in_rocket.admin, {"into": "incident"}, 404),
    ):
        answer = sign_in(agent.user).post(url, body, content_type="application/json")
        assert answer.status_code == status, (body, answer.content)
        if status == 200:
            assert answer.json() == {"id": stays.pk, "name": "incident"}
    assert list_names(ticket) == ["incident"]
    assert not Tag.objects.filter(pk=gone.pk).exists()
    entry = AuditEntry.objects.get(target="outage")
    assert (entry.action, entry.detail["changes"]) == ("deleted", {"name": ["outage", "incident"]})


def test_the_admin_site_merges_only_if_asked_to(
    in_rocket: Cast, tags: list[Tag], sign_in: Any
) -> None:
    gone, stays = tags
    ticket, admin = open_with(in_rocket, gone), sign_in(in_rocket.admin.user)
    assert "This tag already exists." in post(admin, gone, "Incident").content.decode()
    refused = post(admin, gone, "nowhere", merges="on").content.decode()
    assert "There is no other tag with this name." in refused
    assert "There is no other tag" in post(admin, gone, "outage", merges="on").content.decode()
    assert list_names(ticket) == ["outage"]
    merged = post(admin, gone, "Incident", merges="on")
    assert (merged.status_code, merged["Location"]) == (302, "/rocket/admin/tickets/tag/")
    assert list_names(ticket) == ["incident"]
    assert list(Tag.objects.all()) == [stays]
    assert [one.target for one in AuditEntry.objects.filter(action="deleted")] == ["outage"]


def test_a_new_tag_is_never_merged(in_rocket: Cast, tags: list[Tag], sign_in: Any) -> None:
    fields = {"name": "incident", "merges": "on"}
    answer = sign_in(in_rocket.admin.user).post("/rocket/admin/tickets/tag/add/", fields)
    assert "This tag already exists." in answer.content.decode()


def test_tickets_have_one_of_both_and_settings_follow(in_rocket: Cast, tags: list[Tag]) -> None:
    cast, desk, (gone, stays) = in_rocket, in_rocket.desk, tags
    both, only = open_with(cast, gone, stays), open_with(cast, gone)
    open_with(cast, stays)
    mine: dict[str, Any] = {"desk": desk, "agent": cast.analyst, "updated_at": NOON}
    condition = {"tag": f"{gone.pk},{stays.pk}", "not_tag": f"{gone.pk}", "status": "open"}
    view = SavedView.objects.create(**mine, name="Both", conditions=condition)
    other = SavedView.objects.create(**mine, name="Other", conditions={"tag": f"{gone.pk}1"})
    hook = WebhookSubscription.objects.create(
        desk=desk, name="n8n", url="https://n8n.example/", filters={"tag": f"{gone.pk}"},
        created_at=NOON, next_try_at=NOON,
    )  # fmt: skip
    macro = make_macro(cast, add_tags=("incident", "outage"))
    make_rule(
        cast,
        "Outages",
        [{"kind": ConditionKind.TAG, "value": "outage"}],
        [{"kind": ActionKind.TAG, "tag": tag} for tag in tags],
    )
    policies = [Policy.objects.create(desk=desk, name=name) for name in ("Two", "One")]
    for policy, tag in ((policies[0], gone), (policies[0], stays), (policies[1], gone)):
        PolicyCondition.objects.create(desk=desk, policy=policy, kind="tag", tag=tag)

    times = dict(QueueRow.objects.values_list("ticket_id", "changed_at"))

    merge_tag(tag=gone, into=stays, by=cast.admin, at=NOON)

    changed = QueueRow.objects.values_list("ticket_id", "changed_at")
    assert {pk for pk, at in changed if at > times[pk]} == {both.pk, only.pk}
    assert [list_names(ticket) for ticket in (both, only)] == [["incident"], ["incident"]]
    for row in (view, other, hook, macro):
        row.refresh_from_db()
    new = f"{stays.pk}"
    assert view.conditions == {"tag": new, "not_tag": new, "status": "open"}
    assert other.conditions == {"tag": f"{gone.pk}1"}
    assert hook.filters == {"tag": new}
    assert macro.acts == {"add_tags": ["incident"]}
    assert RuleCondition.objects.get().value == "incident"
    assert [action.tag for action in RuleAction.objects.all()] == [stays]
    assert [policy.conditions.get().tag for policy in policies] == [stays, stays]


def test_the_admin_site_asks_if_open_tickets_get_other_deadlines(
    in_rocket: Cast, tags: list[Tag], sign_in: Any
) -> None:
    cast, (gone, stays) = in_rocket, tags
    for position, (tag, minutes) in enumerate(((gone, 90_000), (stays, 99_000)), start=1):
        mine: dict[str, Any] = {"desk": cast.desk, "policy": make_policy(cast, tag.name, position)}
        PolicyCondition.objects.create(**mine, kind="tag", tag=tag)
        Target.objects.create(
            **mine, clock="first_response", amount=minutes, calendar=cast.calendar
        )
    ticket, admin = open_with(cast, stays), sign_in(cast.admin.user)
    asked = post(admin, gone, "incident", merges="on")
    assert "Apply this change to open tickets?" in asked.content.decode()
    assert Tag.objects.count() == 2
    assert post(admin, gone, "incident", merges="on", replan_scope="new").status_code == 302
    assert list(Tag.objects.all()) == [stays]
    assert list_names(ticket) == ["incident"]


def make_policy(cast: Cast, name: str, position: int) -> Policy:
    return Policy.objects.create(desk=cast.desk, name=name, position=position)


def test_a_bulk_change_can_still_be_undone(in_rocket: Cast, tags: list[Tag]) -> None:
    cast, (gone, stays) = in_rocket, tags
    ticket = open_with(cast, gone)
    given: dict[str, Any] = {"agent": cast.analyst, "at": NOON}
    job = start_bulk_change(
        **given, ticket_ids=[ticket.pk], acts=Acts(add_tags=("vip",), remove_tags=("outage",))
    )
    while run_bulk_jobs(desk_id=cast.desk.pk, at=NOON):
        pass
    assert list_names(ticket) == ["vip"]
    merge_tag(tag=gone, into=stays, by=cast.admin, at=NOON)
    undo_bulk_change(**given, job_id=job.pk)
    while run_bulk_jobs(desk_id=cast.desk.pk, at=NOON):
        pass
    assert list_names(ticket) == ["incident"]


def test_another_desk_and_a_tag_that_is_gone_are_refused(
    rocket: Cast, matter: Cast, sign_in: Any
) -> None:
    with desk_scope(matter.desk):
        theirs = Tag.objects.create(desk=matter.desk, name="incident")
    with desk_scope(rocket.desk):
        gone, stays = [
            Tag.objects.create(desk=rocket.desk, name=name) for name in ("outage", "incident")
        ]
        with pytest.raises(InvalidValueError):
            merge_tag(tag=gone, into=theirs, by=rocket.admin, at=NOON)

    def ask(agent: Agent, tag: Tag, into: int) -> int:
        url, body = f"/rocket/api/v1/tags/{tag.pk}/merge/", {"into": into}
        answer = sign_in(agent.user).post(url, body, content_type="application/json")
        return answer.status_code

    assert ask(rocket.admin, gone, theirs.pk) == 400
    assert ask(rocket.admin, theirs, stays.pk) == 404
    assert ask(matter.admin, gone, stays.pk) == 404
    with desk_scope(rocket.desk):
        merge_tag(tag=gone, into=stays, by=rocket.admin, at=NOON)
        with pytest.raises(ConflictError):
            merge_tag(tag=gone, into=stays, by=rocket.admin, at=NOON)
    with desk_scope(matter.desk):
        assert Tag.objects.get() == theirs
