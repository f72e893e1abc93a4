"""A person is exported and erased from their page in the admin site."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, AuditEntry, Contact, User
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.privacy.conftest import ADDRESS, CANARIES, WORD, Planted
from tests.privacy.search import find_in_tables

PEOPLE = "/rocket/admin/accounts"


@pytest.fixture
def at_rocket(rocket: Cast, sign_in: Any) -> Client:
    return sign_in(rocket.admin.user)


def erasure(planted: Planted) -> str:
    return f"{PEOPLE}/contact/{planted.contact.pk}/erasure/"


def test_the_page_of_a_contact_leads_to_both(planted: Planted, at_rocket: Client) -> None:
    page = at_rocket.get(f"{PEOPLE}/contact/{planted.contact.pk}/change/").content.decode()
    assert f'action="{PEOPLE}/contact/{planted.contact.pk}/export/"' in page
    assert f'href="{erasure(planted)}"' in page


def test_an_export_is_downloaded_and_written_down(planted: Planted, at_rocket: Client) -> None:
    answer = at_rocket.post(f"{PEOPLE}/contact/{planted.contact.pk}/export/")
    assert (
        answer.headers["Content-Disposition"]
        == f'attachment; filename="rocket-contact-{planted.contact.pk}.zip"'
    )
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert WORD.encode() in archive.read("messages.jsonl")
    with desk_scope(planted.cast.desk):
        [entry] = AuditEntry.objects.filter(action="person_exported")
    assert entry.actor == planted.cast.admin.user.email


def test_the_page_says_what_goes_and_what_stays(planted: Planted, at_rocket: Client) -> None:
    page = at_rocket.get(erasure(planted)).content.decode()
    assert "What is removed" in page
    assert "What is kept" in page
    assert [f"<li>{count}</li>" in page for count in ("2 tickets", "4 messages", "2 files")] == [
        True
    ] * 3


@pytest.mark.parametrize("typed", ["", "cana@acme.example", "not an address"])
def test_another_address_is_refused_and_kept(
    typed: str, planted: Planted, at_rocket: Client
) -> None:
    answer = at_rocket.post(erasure(planted), {"typed": typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors["typed"]
    assert not typed or f'value="{typed}"'.encode() in answer.content
    with desk_scope(planted.cast.desk):
        assert Contact.objects.get(pk=planted.contact.pk).email == ADDRESS


def test_the_address_typed_erases_and_leads_to_the_stub(
    planted: Planted, at_rocket: Client
) -> None:
    answer = at_rocket.post(erasure(planted), {"typed": f" {ADDRESS.upper()} "}, follow=True)
    assert find_in_tables(CANARIES) == []
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0].startswith("/rocket/admin/accounts/auditentry/")
    assert "The person was erased" in page
    assert f"#{planted.contact.pk}" in page
    again = at_rocket.post(erasure(planted), {"typed": ADDRESS})
    assert (again.status_code, b"already erased" in again.content) == (422, True)
    assert (
        b"Erase this person"
        not in at_rocket.get(f"{PEOPLE}/contact/{planted.contact.pk}/change/").content
    )


def test_an_agent_is_erased_once_switched_off(rocket: Cast, at_rocket: Client) -> None:
    address = f"{PEOPLE}/agent/{rocket.level_two.pk}/erasure/"
    refused = at_rocket.post(address, {"typed": rocket.level_two.user.email})
    assert (refused.status_code, b"is still active" in refused.content) == (422, True)
    with desk_scope(rocket.desk):
        Agent.objects.filter(pk=rocket.level_two.pk).update(is_active=False)
    answer = at_rocket.post(address, {"typed": rocket.level_two.user.email}, follow=True)
    assert b"The person was erased" in answer.content
    with desk_scope(rocket.desk):
        assert Agent.objects.get(pk=rocket.level_two.pk).name == "Erased person"
    assert not User.objects.filter(pk=rocket.level_two.user_id).exists()


def test_the_installations_admin_may_at_a_desk(
    planted: Planted, matter: Cast, sign_in: Any
) -> None:
    root = sign_in(User.objects.create_superuser("root@host.example", "x"))
    assert root.post(erasure(planted), {"typed": ADDRESS}).status_code == 302
    with desk_scope(planted.cast.desk):
        assert AuditEntry.objects.get(action="person_erased").actor == "root@host.example"


def test_nobody_else_may(planted: Planted, matter: Cast, sign_in: Any) -> None:
    for user in (planted.cast.lead.user, planted.cast.manager.user, matter.admin.user):
        for address in (erasure(planted), f"{PEOPLE}/contact/{planted.contact.pk}/export/"):
            assert sign_in(user).post(address, {"typed": ADDRESS}).status_code == 404
    at_matter = sign_in(matter.admin.user)
    assert (
        at_matter.post(erasure(planted).replace("rocket", "matter"), {"typed": ADDRESS}).status_code
        == 404
    )
    assert find_in_tables(CANARIES)
