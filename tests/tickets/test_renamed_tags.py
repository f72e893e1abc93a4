"""Renaming a tag, in the admin site and by API: all that names the tag follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from routing.models import ActionKind, ConditionKind, RuleCondition, RuleVersion
from sla.models import Policy, PolicyCondition
from tests.cast import NOON, Cast
from tests.macros.helpers import make_macro
from tests.routing.rule_making import make_rule
from tickets.bulk.starting import start_bulk_change
from tickets.errors import ConflictError
from tickets.macros.acts import Acts
from tickets.macros.applying import apply_macro
from tickets.macros.saving import MacroContent, change_macro
from tickets.macros.tag_names import rename_tag_in_acts
from tickets.models import BulkJob, Macro, Tag
from tickets.services.tags import list_tags

Rename = Callable[[Tag, str], Any]


@pytest.fixture(params=["admin site", "API"])
def rename(request: Any, in_rocket: Cast, sign_in: Any) -> Rename:
    """Rename a tag as an admin of the desk, in both ways."""
    client = sign_in(in_rocket.admin.user)

    def at_admin(tag: Tag, name: str) -> Any:
        url = f"/rocket/admin/tickets/tag/{tag.pk}/change/"
        return client.post(url, {"name": name, "initial-name": tag.name})

    def by_api(tag: Tag, name: str) -> Any:
        body, url = {"name": name}, f"/rocket/api/v1/tags/{tag.pk}/"
        return client.patch(url, body, content_type="application/json")

    return at_admin if request.param == "admin site" else by_api


def test_everything_that_names_the_tag_has_its_new_name(in_rocket: Cast, rename: Rename) -> None:
    cast, desk = in_rocket, in_rocket.desk
    tag = Tag.objects.create(desk=desk, name="outage")
    own = make_macro(cast, name="Own", add_tags=("Outage", "vip"))
    shared = make_macro(cast, name="Shared", is_shared=True, remove_tags=("outage",))
    other = make_macro(cast, name="Other", add_tags=("outages",))
    ticket = cast.open_ticket()
    job = start_bulk_change(
        agent=cast.analyst, ticket_ids=[ticket.pk], acts=Acts(add_tags=("outage",)), at=NOON
    )
    make_rule(
        cast,
        "Outages",
        [{"kind": ConditionKind.TAG, "value": "OUTAGE"}],
        [{"kind": ActionKind.TAG, "tag": tag}],
    )
    policy = Policy.objects.create(desk=desk, name="Outages")
    PolicyCondition.objects.create(desk=desk, policy=policy, kind="tag", tag=tag)
    known = AuditEntry.objects.count()

    assert rename(tag, "incident").status_code in (200, 302)

    macros = {macro.pk: (macro.acts, macro.version) for macro in Macro.objects.all()}
    assert macros == {
        own.pk: ({"add_tags": ["incident", "vip"]}, 2),
        shared.pk: ({"remove_tags": ["incident"]}, 2),
        other.pk: ({"add_tags": ["outages"]}, 1),
    }
    assert BulkJob.objects.get(pk=job.pk).acts == {"add_tags": ["incident"]}
    assert RuleCondition.objects.get().value == "incident"
    latest = RuleVersion.objects.latest("number")
    assert latest.rules[0]["conditions"][0]["value"] == "incident"
    assert latest.rules[0]["actions"][0]["name"] == "incident"
    assert latest.by_name
    assert policy.versions.latest("version").data["conditions"] == {"tag": ["incident"]}
    entries = list(AuditEntry.objects.order_by("pk"))[known:]
    changed = {entry.target: entry.detail["changes"] for entry in entries}
    assert changed["incident"] == {"name": ["outage", "incident"]}
    assert changed.keys() == {"incident", "Shared"}
    apply_macro(
        macro=Macro.objects.get(pk=own.pk), ticket_id=ticket.pk, agent=cast.analyst, at=NOON
    )
    assert [one.name for one in list_tags(ticket)] == ["incident", "vip"]
    assert not Tag.objects.filter(name__iexact="outage").exists()


def test_a_taken_name_is_refused_and_nothing_follows(in_rocket: Cast, rename: Rename) -> None:
    tag = Tag.objects.create(desk=in_rocket.desk, name="outage")
    Tag.objects.create(desk=in_rocket.desk, name="Incident")
    macro = make_macro(in_rocket, add_tags=("outage",))
    answer = rename(tag, "incident")
    assert "already" in answer.content.decode()
    tag.refresh_from_db()
    macro.refresh_from_db()
    assert (tag.name, macro.acts) == ("outage", {"add_tags": ["outage"]})


def test_who_is_editing_a_macro_does_not_bring_the_old_name_back(
    in_rocket: Cast, rename: Rename
) -> None:
    tag = Tag.objects.create(desk=in_rocket.desk, name="outage")
    macro = make_macro(in_rocket, add_tags=("outage",))
    content = MacroContent(name="New", text="", acts=Acts(add_tags=("outage",)))
    rename(tag, "incident")
    with pytest.raises(ConflictError):
        change_macro(
            macro_id=macro.pk, agent=in_rocket.analyst, content=content, version=macro.version
        )


def test_another_desk_keeps_its_names(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    with desk_scope(matter.desk):
        Tag.objects.create(desk=matter.desk, name="outage")
        theirs = make_macro(matter, add_tags=("outage",))
    with desk_scope(rocket.desk):
        tag = Tag.objects.create(desk=rocket.desk, name="outage")
    for person, status in ((rocket.lead, 403), (matter.admin, 404), (rocket.admin, 200)):
        answer = sign_in(person.user).patch(
            f"/rocket/api/v1/tags/{tag.pk}/", {"name": "incident"}, content_type="application/json"
        )
        assert answer.status_code == status, person
    with desk_scope(matter.desk):
        theirs.refresh_from_db()
        assert theirs.acts == {"add_tags": ["outage"]}
        assert Tag.objects.get().name == "outage"


def test_acts_name_each_tag_once() -> None:
    acts = {"add_tags": ["a", "b", "B "], "remove_tags": ["A", "c"], "note": "x"}
    assert rename_tag_in_acts(acts, "a", "b") == {
        "add_tags": ["b"], "remove_tags": ["c"], "note": "x"
    }  # fmt: skip
    assert rename_tag_in_acts({"add_tags": ["a"], "remove_tags": ["b"]}, "a", "b") == {
        "add_tags": ["b"]
    }
