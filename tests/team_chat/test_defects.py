"""Channels are told of defects by number, title and stage; a public one by number and stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Visibility
from accounts.tenancy import desk_scope
from channels_intake.models import ChatConnection, ChatThread, OutgoingCall
from tests.cast import NOON, Cast
from tests.defects.helpers import move, release, report
from tests.team_chat.conftest import add_rule, connect, know
from tests.team_chat.fakes import ChatFake
from tickets.actors import SYSTEM
from tickets.defects.log import record_defect_event
from tickets.defects.merging import merge_defect
from tickets.defects.moving import Release, add_release
from tickets.models import Defect, DefectEventKind, StageSetting

Run = Callable[..., None]
ALL = ("defect_created", "defect_moved", "defect_released", "defect_major", "defect_merged")


def listen(cast: Cast, chat: ChatFake, *topics: str, **fields: Any) -> ChatConnection:
    connection = connect(cast, chat, **fields)
    for topic in topics or ALL:
        add_rule(connection, topic)
    return connection


def test_a_new_defect_is_posted_with_its_title_and_a_link(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    listen(in_rocket, chat)
    ticket = in_rocket.open_ticket()
    defect = report(in_rocket, ticket, title="Crash for @all")
    run_chat(in_rocket)
    [text] = chat.texts()
    assert text.startswith(f"New defect [{defect.key}](http")
    assert f"/rocket/agent/defects/{defect.number}/): Crash for @\u200ball" in text
    assert f"reported the defect from {ticket.reference}." in text


def test_moves_are_posted_in_order_as_one_thread_with_the_desks_own_stage_names(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    listen(in_rocket, chat)
    StageSetting.objects.create(desk=in_rocket.desk, stage="confirmed", name="Reproduced")
    defect = report(in_rocket)
    move(in_rocket, defect, "confirmed", why="Seen on 9.1")
    move(in_rocket, defect, "in_progress")
    run_chat(in_rocket)
    first, second, third = chat.posts
    assert "Reproduced" in second["message"]
    assert "Seen on 9.1" in second["message"]
    assert second["root_id"] == third["root_id"] == first["made"]
    assert ChatThread.objects.get().defect == defect


def test_a_release_that_moves_the_defect_is_one_message_with_the_version(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    listen(in_rocket, chat, "defect_moved", "defect_released")
    defect = report(in_rocket)
    release(in_rocket, defect, "9.1")
    run_chat(in_rocket)
    [text] = chat.texts()
    assert text.startswith("Fix released: ")
    assert "9.1" in text


def test_a_channel_that_is_told_of_stages_only_hears_of_the_release_as_a_stage(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    listen(in_rocket, chat, "defect_moved")
    release(in_rocket, report(in_rocket), "9.1")
    run_chat(in_rocket)
    [text] = chat.texts()
    assert "Released" in text


def test_each_further_release_is_posted(in_rocket: Cast, chat: ChatFake, run_chat: Run) -> None:
    listen(in_rocket, chat, "defect_moved", "defect_released")
    defect = report(in_rocket)
    for version in ("9.1", "9.2"):  # at the same moment, as for two product lines
        add_release(defect_id=defect.pk, release=Release(version), by=SYSTEM, at=NOON, cause="tag")
    run_chat(in_rocket)
    assert [("9.1" in text, "9.2" in text) for text in chat.texts()] == [
        (True, False), (False, True),
    ]  # fmt: skip


def test_a_significant_impact_is_posted_once_and_names_the_owner(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    listen(in_rocket, chat)
    know(in_rocket, chat.url, in_rocket.level_two, "u2", name="lee")
    defect = report(in_rocket, owner=in_rocket.level_two)
    run_chat(in_rocket)
    for _time in range(2):
        data = {"accounts": 5, "limit": 5}
        record_defect_event(defect, DefectEventKind.MAJOR, data, by=SYSTEM, at=NOON)
    run_chat(in_rocket)
    [_created, text] = chat.texts()
    assert text.startswith("Significant impact: ")
    assert "now affects 5 accounts" in text
    assert "@lee (" in text


def test_a_merge_is_posted_for_both(in_rocket: Cast, chat: ChatFake, run_chat: Run) -> None:
    listen(in_rocket, chat, "defect_merged")
    original, duplicate = report(in_rocket), report(in_rocket, title="The same")
    merge_defect(defect_id=duplicate.pk, into_id=original.pk, agent=in_rocket.level_two, at=NOON)
    run_chat(in_rocket)
    assert sorted(f"merged this defect into {original.key}" in text for text in chat.texts()) == [
        False, True,
    ]  # fmt: skip


def test_a_public_channel_is_told_number_and_stage_only(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    connection = listen(in_rocket, chat, is_public=True)
    connection.rules.filter(topic="defect_moved").update(template="{title} {what} {owner}")
    defect = report(in_rocket, in_rocket.open_ticket(), title="Canary title")
    move(in_rocket, defect, "confirmed", why="Canary reason")
    run_chat(in_rocket)
    assert [text.split(" · ")[1] for text in chat.texts()] == ["Confirmed", "Confirmed"]
    assert "anary" not in "".join(chat.texts())


def test_the_number_of_a_members_only_ticket_is_left_out(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    listen(in_rocket, chat)
    ticket = in_rocket.open_ticket()
    assert ticket.department is not None
    ticket.department.visibility = Visibility.MEMBERS
    ticket.department.save()
    report(in_rocket, ticket)
    run_chat(in_rocket)
    assert ticket.reference not in chat.texts()[0]


def test_notes_links_and_changes_are_not_posted(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    listen(in_rocket, chat)
    defect = report(in_rocket)
    run_chat(in_rocket)
    for kind in (DefectEventKind.NOTE, DefectEventKind.LINKED, DefectEventKind.CHANGED):
        data = {"text": "x", "ticket": 1001, "fields": {}}
        record_defect_event(defect, kind, data, by=SYSTEM, at=NOON)
    run_chat(in_rocket)
    assert len(chat.posts) == 1


def test_nothing_is_queued_if_the_change_is_rolled_back(in_rocket: Cast, chat: ChatFake) -> None:
    listen(in_rocket, chat)
    defect = report(in_rocket)
    before = OutgoingCall.objects.count()
    with pytest.raises(Exception, match="can't move"):
        move(in_rocket, defect, "reported")
    assert OutgoingCall.objects.count() == before


def test_an_erased_event_is_not_posted_and_the_reason_is_stored(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    listen(in_rocket, chat)
    report(in_rocket)
    OutgoingCall.objects.update(body=OutgoingCall.objects.get().body | {"defect_event": 0})
    run_chat(in_rocket)
    assert chat.posts == []
    call = OutgoingCall.objects.get()
    assert call.summary == "What happened to the defect was erased in the meantime."


def test_another_desks_channel_hears_nothing(
    rocket: Cast, matter: Cast, chat: ChatFake, run_chat: Run
) -> None:
    with desk_scope(matter.desk):
        listen(matter, chat)
    with desk_scope(rocket.desk):
        report(rocket)
        run_chat(rocket, at=NOON + timedelta(minutes=1))
        assert Defect.objects.count() == 1
        assert not OutgoingCall.objects.exists()
