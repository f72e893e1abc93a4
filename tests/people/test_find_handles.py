"""Handles are found or made: once each, with a contact that no name makes a known one."""

from __future__ import annotations

import pytest

from accounts.models import Contact, ContactHandle, HandleProof, Network
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.people.handles import PSID, make_handle
from tests.races.threads import at_once


def test_a_new_handle_is_a_person_without_address_and_account(in_rocket: Cast) -> None:
    handle = make_handle(in_rocket)
    assert (handle.contact.email, handle.contact.name) == ("", "Maria Jones")
    assert handle.contact.account is None
    assert (handle.proof, handle.proven_at) == (HandleProof.NONE, None)


def test_an_id_without_a_name_is_short_enough_to_read(in_rocket: Cast) -> None:
    handle = make_handle(in_rocket, name="")
    handle.external_id = "visitor-f601418facf907a12b1154cb9c94f46f"
    assert str(handle) == "Facebook: visitor-f601418f…"
    handle.external_id = "1111111111111111111"
    assert str(handle) == "Facebook: 1111111111111111111"


def test_the_same_id_is_the_same_person_whatever_the_name(in_rocket: Cast) -> None:
    first = make_handle(in_rocket)
    again = make_handle(in_rocket, name="Maria J. Smith")
    assert (again.pk, again.name) == (first.pk, "Maria J. Smith")
    assert Contact.objects.get(pk=first.contact_id).name == "Maria J. Smith"


def test_a_name_that_an_agent_gave_is_kept(in_rocket: Cast) -> None:
    handle = make_handle(in_rocket)
    Contact.objects.filter(pk=handle.contact_id).update(name="Dr. Jones")
    make_handle(in_rocket, name="maria_x")
    assert Contact.objects.get(pk=handle.contact_id).name == "Dr. Jones"


def test_nobody_becomes_a_known_contact_by_their_name(in_rocket: Cast) -> None:
    handle = make_handle(in_rocket, name=in_rocket.customer.name)
    assert handle.contact_id != in_rocket.customer.pk
    assert handle.contact.account_id is None


@pytest.mark.parametrize(
    ("external_id", "network"), [("other", Network.FACEBOOK), (PSID, Network.INSTAGRAM)]
)
def test_another_id_or_network_is_another_person(
    in_rocket: Cast, external_id: str, network: Network
) -> None:
    known = make_handle(in_rocket)
    assert make_handle(in_rocket, external_id, network=network).contact_id != known.contact_id


def test_an_id_of_another_desk_is_another_person(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        here = make_handle(rocket)
    with desk_scope(matter.desk):
        there = make_handle(matter)
        assert there.contact_id != here.contact_id
        assert ContactHandle.objects.count() == 1


def test_a_caller_without_a_name_is_known_by_the_number(in_rocket: Cast) -> None:
    handle = make_handle(in_rocket, "+551155501234", network=Network.PHONE, name="")
    assert str(handle.contact) == "+551155501234"
    make_handle(in_rocket, "+551155501234", network=Network.PHONE, name="Ana")
    assert str(Contact.objects.get(pk=handle.contact_id)) == "Ana"


def test_somebody_without_any_name_is_an_unknown_person(in_rocket: Cast) -> None:
    handle = make_handle(in_rocket, "gp:1", network=Network.GOOGLE_PLAY, name="")
    assert str(handle.contact) == "Unknown person"
    ContactHandle.objects.filter(pk=handle.pk).update(name="player1")
    assert str(Contact.objects.get(pk=handle.contact_id)) == "player1"


@pytest.mark.django_db(transaction=True)
def test_ten_first_messages_at_once_make_one_person(rocket: Cast) -> None:
    def find() -> int:
        return make_handle(rocket).contact_id

    found = at_once(rocket, *[find] * 10)
    assert len(set(found)) == 1
    with desk_scope(rocket.desk):
        assert ContactHandle.objects.count() == 1
        assert Contact.objects.filter(email="").count() == 1
