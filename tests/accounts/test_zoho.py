"""Zoho's possible responses: tokens, limits, lost pages, refusals, notifications."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.crm.pull import pull, reset_connection
from accounts.crm.watch import find_channel, renew_channel
from accounts.crm.zoho import ZohoSource
from accounts.models import Account, Contact, CrmConnection, CrmPull
from tests.accounts.conftest import MAPPING
from tests.accounts.test_crm_pull import LATER, counts, fill, snapshot
from tests.accounts.zoho_fake import CLIENT, ZohoFake
from tests.cast import NOON, Cast

PAGES = 3 * 200


def test_secrets_are_stored_sealed_and_an_access_token_is_kept_for_its_hour(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    fill(zoho, 1)
    pull(connection=crm, at=NOON)
    row = str(CrmConnection.objects.filter(pk=crm.pk).values().get())
    for secret in (CLIENT["client_secret"], CLIENT["refresh_token"], "1000.access"):
        assert secret not in row
    pull(connection=CrmConnection.objects.get(pk=crm.pk), at=NOON + timedelta(minutes=30))
    assert zoho.asked.count("token") == 1
    pull(connection=CrmConnection.objects.get(pk=crm.pk), at=LATER)
    assert zoho.asked.count("token") == 2


def test_a_token_that_expires_in_the_middle_is_renewed_once_and_the_pull_goes_on(
    crm: CrmConnection, zoho: ZohoFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(zoho, 500)
    fetch, pages = ZohoSource.fetch_page, iter(range(100))

    def forgetful(self: ZohoSource, *args: object) -> object:
        if next(pages) == 1:
            zoho.expire_tokens()
        return fetch(self, *args)

    monkeypatch.setattr(ZohoSource, "fetch_page", forgetful)
    run = pull(connection=crm, at=NOON)
    assert (run.state, counts(run)) == ("done", (1000, 0, 0, 0))
    assert zoho.asked.count("token") == 2


def test_a_token_that_is_never_taken_ends_the_pull_without_a_storm(
    crm: CrmConnection, zoho: ZohoFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = zoho.grant

    def worthless(form: dict[str, str]) -> tuple[int, dict]:
        answer = grant(form)
        zoho.expire_tokens()
        return answer

    monkeypatch.setattr(zoho, "grant", worthless)
    run = pull(connection=crm, at=NOON)
    assert (run.state, crm.state) == ("failed", "refused")
    assert "INVALID_TOKEN" in crm.explanation
    assert len(zoho.asked) == 2


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "90"}, {"code": "TOO_MANY_REQUESTS"}, 90),
        ({}, {"code": "TOO_MANY_REQUESTS", "details": {"retry_after": 120}}, 120),
        ({"Retry-After": "soon"}, {}, 60),
        ({"Retry-After": "99999999"}, {}, 24 * 3600),
    ],
)
def test_a_limit_is_honoured_as_long_as_it_says_and_the_pull_goes_on_where_it_stood(
    crm: CrmConnection, zoho: ZohoFake, headers: dict, body: dict, seconds: int
) -> None:
    fill(zoho, 250)
    zoho.answer_next(429, headers, **body)
    run = pull(connection=crm, at=NOON)
    assert run.state == "running"
    assert crm.next_try_at == NOON + timedelta(seconds=seconds)
    run = pull(connection=CrmConnection.objects.get(pk=crm.pk), at=crm.next_try_at)
    assert (run.state, counts(run)) == ("done", (500, 0, 0, 0))
    assert CrmConnection.objects.get(pk=crm.pk).next_try_at is None


def test_failures_in_a_row_wait_longer_and_longer_up_to_an_hour(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    waits = []
    for _ in range(9):
        zoho.answer_next(500, code="INTERNAL_ERROR", message="Internal Server Error")
        pull(connection=crm, at=NOON)
        waits.append((crm.next_try_at - NOON).total_seconds() / 60)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert CrmPull.objects.get().tries == 9


def test_a_server_that_is_away_is_asked_again_later(crm: CrmConnection) -> None:
    crm.accounts_url = crm.api_url = "http://127.0.0.1:9"
    run = pull(connection=crm, at=NOON)
    assert (run.state, crm.state, crm.next_try_at) == (
        "running",
        "active",
        NOON + timedelta(minutes=1),
    )


def test_a_lost_page_token_starts_the_module_again_and_changes_nothing_twice(
    crm: CrmConnection, zoho: ZohoFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(zoho, 500)
    fetch, pages = ZohoSource.fetch_page, iter(range(100))

    def lose(self: ZohoSource, *args: object) -> object:
        if next(pages) == 2:
            zoho.lose_pages()
        return fetch(self, *args)

    monkeypatch.setattr(ZohoSource, "fetch_page", lose)
    assert pull(connection=crm, at=NOON).state == "running"
    run = pull(connection=crm, at=LATER)
    assert (run.state, counts(run)) == ("done", (1000, 0, 400, 0))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"client_id": "1000.OTHER"}, "invalid_client"),
        ({"secrets": {"refresh_token": "1000.revoked"}}, "invalid_code"),
        (
            {"mapping": {**MAPPING, "Contacts": {"email": "Emial"}}},
            "INVALID_DATA: invalid data: fields",
        ),
        ({"api_domain": "https://www.zohoapis.eu"}, "https://www.zohoapis.eu"),
    ],
)  # fmt: skip
def test_a_refusal_stops_the_connection_until_it_is_renewed(
    crm: CrmConnection, zoho: ZohoFake, change: dict, why: str
) -> None:
    zoho.api_domain = change.get("api_domain", "")
    crm.client_id = change.get("client_id", crm.client_id)
    good, crm.mapping = crm.mapping, change.get("mapping", crm.mapping)
    crm.enter_secrets(**change.get("secrets", {}))
    crm.save()
    fill(zoho, 1)
    run = pull(connection=crm, at=NOON)
    assert (run.state, crm.state) == ("failed", "refused")
    assert why in crm.explanation
    zoho.api_domain = ""
    crm.client_id, crm.mapping = CLIENT["client_id"], good
    crm.enter_secrets(refresh_token=CLIENT["refresh_token"])
    crm.save()
    reset_connection(crm, LATER)
    assert pull(connection=crm, at=LATER).state == "done"


def test_too_many_tokens_at_once_are_waited_for(crm: CrmConnection, zoho: ZohoFake) -> None:
    zoho.most_tokens = 0
    assert pull(connection=crm, at=NOON).state == "running"
    assert crm.next_try_at == NOON + timedelta(minutes=10)


def test_a_record_that_is_gone_is_listed_and_what_it_stood_for_is_kept(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    fill(zoho, 2)
    pull(connection=crm, at=NOON)
    before = snapshot()
    zoho.delete("Accounts", "1")
    crm.marks.create(desk=crm.desk, module="Accounts", record_id="1", marked_at=NOON)
    crm.marks.create(desk=crm.desk, module="Accounts", record_id="999", marked_at=NOON)
    run = pull(connection=crm, at=LATER)
    assert counts(run) == (0, 0, 0, 1)
    assert crm.set_asides.get().name == "Firm 0001"
    assert snapshot() == before
    assert not crm.marks.exists()


def test_more_marks_than_are_asked_for_at_once_are_all_asked_for(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    fill(zoho, 250)
    CrmConnection.objects.filter(pk=crm.pk).update(since=LATER)
    crm.refresh_from_db()
    for number in range(1, 251):
        crm.marks.create(desk=crm.desk, module="Accounts", record_id=str(number), marked_at=NOON)
    run = pull(connection=crm, at=LATER)
    assert counts(run) == (250, 0, 0, 0)
    assert sum("ids" in ask or "," in ask for ask in zoho.asked) == 3


def test_a_channel_is_opened_renewed_before_it_ends_and_opened_again_after(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    assert not renew_channel(connection=crm, at=NOON)
    crm.notify_url = "https://desk.example/rocket/crm/zoho/"
    assert renew_channel(connection=crm, at=NOON)
    assert not renew_channel(connection=crm, at=NOON + timedelta(days=4))
    assert renew_channel(connection=crm, at=NOON + timedelta(days=5, hours=1))
    channel = zoho.channels[crm.channel_id]
    assert channel["events"] == ["Accounts.all", "Contacts.all"]
    assert channel["expiry"] == NOON + timedelta(days=11, hours=1)
    zoho.channels.clear()
    assert renew_channel(connection=crm, at=NOON + timedelta(days=12))


def test_a_channel_that_cannot_be_opened_is_said_and_harms_no_pull(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    crm.notify_url = "https://desk.example/rocket/crm/zoho/"
    zoho.answer_next(401, code="OAUTH_SCOPE_MISMATCH", message="Unauthorized")
    assert not renew_channel(connection=crm, at=NOON)
    assert "OAUTH_SCOPE_MISMATCH" in crm.explanation
    assert pull(connection=crm, at=NOON).state == "done"


def test_only_the_right_token_finds_a_channel(
    crm: CrmConnection, zoho: ZohoFake, matter: Cast
) -> None:
    crm.notify_url = "https://desk.example/rocket/crm/zoho/"
    renew_channel(connection=crm, at=NOON)
    good = {"desk_id": crm.desk_id, "channel_id": crm.channel_id, "token": crm.channel_token}
    assert find_channel(**good) == crm
    assert find_channel(**good | {"token": "wrong"}) is None
    assert find_channel(**good | {"token": ""}) is None
    assert find_channel(**good | {"channel_id": "1"}) is None
    assert find_channel(**good | {"desk_id": matter.desk.pk}) is None


def test_a_connection_is_checked_beside_its_fields(crm: CrmConnection, settings) -> None:
    settings.MODE = "production"
    crm.mapping = {"Accounts": {}}
    with pytest.raises(ValidationError) as refused:
        crm.clean()
    assert set(refused.value.message_dict) == {"accounts_url", "api_url", "mapping"}


def test_in_production_a_private_address_is_never_asked(
    crm: CrmConnection, zoho: ZohoFake, settings
) -> None:
    settings.MODE = "production"
    run = pull(connection=crm, at=NOON)
    assert (run.state, zoho.asked) == ("failed", [])
    assert Account.objects.count() == 2
    assert Contact.objects.filter(email__contains="firm").count() == 0
