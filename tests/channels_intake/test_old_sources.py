"""Raw sources of email are deleted after the desk's retention time; duplicates are still known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming import sources
from channels_intake.incoming.sources import delete_old_sources, describe_deleted_source
from channels_intake.models import InboundMessage, InboundState
from channels_intake.tasks import sweep_old_sources
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail, reload
from tickets.models import Message

TakeIn = Callable[..., InboundMessage]
YEAR = timedelta(days=365)


def delete(cast: Cast, *, after: timedelta) -> int:
    with desk_scope(cast.desk):
        return delete_old_sources(desk_id=cast.desk.pk, at=NOON + after)


def test_a_source_is_kept_for_a_year_and_then_deleted_in_small_batches(
    rocket: Cast, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "BATCH", 2)
    rows = [take_in(make_mail(message_id=f"<{number}@acme.example>")) for number in range(3)]

    assert delete(rocket, after=YEAR - timedelta(hours=1)) == 0
    later = YEAR + timedelta(hours=1)
    assert [delete(rocket, after=later) for _ in range(3)] == [2, 1, 0]

    for row in map(reload, rows):
        assert bytes(row.raw) == b""
        assert row.raw_deleted_at == NOON + later
        assert row.sha256
        assert row.content_hash


def test_the_same_email_is_still_a_duplicate_without_the_source_of_the_first(
    rocket: Cast, take_in: TakeIn
) -> None:
    first = take_in(make_mail())
    assert delete(rocket, after=2 * YEAR) == 1

    again = take_in(make_mail(), at=NOON + 2 * YEAR)

    assert again.state == InboundState.DUPLICATE
    assert again.message_id == first.message_id
    with desk_scope(rocket.desk):
        assert Message.objects.count() == 1


def test_each_desk_chooses_its_own_retention(rocket: Cast, matter: Cast, take_in: TakeIn) -> None:
    mine = take_in(make_mail(), at=timezone.now() - timedelta(days=31))
    theirs = take_in(make_mail(to="support@matter.example"), at=timezone.now() - timedelta(days=31))
    rocket.desk.email_source_days = 30
    rocket.desk.save()

    assert sweep_old_sources() == 1

    assert reload(mine).raw_deleted_at
    assert bytes(reload(theirs).raw)


@pytest.mark.parametrize("state", [InboundState.QUARANTINED, InboundState.FAILED, "received"])
def test_email_that_is_not_on_a_ticket_keeps_its_source(
    rocket: Cast, take_in: TakeIn, state: str
) -> None:
    row = take_in(make_mail())
    with system_scope("hold an email"):
        InboundMessage.objects.filter(pk=row.pk).update(state=state)

    assert delete(rocket, after=9 * YEAR) == 0


def test_an_email_that_lacks_a_file_keeps_its_source(rocket: Cast, take_in: TakeIn) -> None:
    row = take_in(make_mail())
    with system_scope("lose a file"):
        InboundMessage.objects.filter(pk=row.pk).update(lacks_files=True)

    assert delete(rocket, after=9 * YEAR) == 0


def test_its_page_says_that_it_was_deleted_and_offers_no_download(
    rocket: Cast, take_in: TakeIn, sign_in: Callable[..., Client]
) -> None:
    row = take_in(make_mail())
    delete(rocket, after=2 * YEAR)
    client, path = sign_in(rocket.lead.user), f"/rocket/agent/mails/received/{row.pk}/"

    page = client.get(path).content.decode()

    said = describe_deleted_source(reload(row))
    assert said.startswith("The source of this email was deleted on ")
    assert said in page
    assert "The server does not start" in page
    assert "?download=1" not in page
    assert client.get(f"{path}?download=1").status_code == 404


def test_the_admin_page_says_so_too(
    rocket: Cast, take_in: TakeIn, sign_in: Callable[..., Client]
) -> None:
    row = take_in(make_mail())
    delete(rocket, after=2 * YEAR)
    page = sign_in(rocket.admin.user).get(
        f"/rocket/admin/channels_intake/inboundmessage/{row.pk}/change/"
    )

    assert page.status_code == 200
    assert describe_deleted_source(reload(row)) in page.content.decode()
