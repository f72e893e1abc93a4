"""Knowing an address isn't enough to lock its owner out; distributed attacks are slowed."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from helpdesk.login.known_browsers import COOKIE
from tests.cast import PASSWORD, Cast
from tests.login.conftest import code_of, give_app, link_in
from tests.login.test_two_factor_sign_in import emailed_code, is_out

SIGN_IN = "/rocket/login/"
LOCKED = "Too many failed sign-in attempts. Try again in "
WRONG = "a wrong password"
HOME, OFFICE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def owner(in_rocket: Cast) -> User:
    user = in_rocket.customer.user
    assert user is not None
    return user


def try_password(
    owner: User, password: str = WRONG, *, client: Client | None = None, ip: str = HOME
) -> HttpResponse:
    form = {"login": owner.email, "password": password}
    return (client or Client()).post(SIGN_IN, form, REMOTE_ADDR=ip)


def attack(owner: User, *, networks: int) -> list[HttpResponse]:
    """Try five wrong passwords from each of some networks."""
    ips = [f"192.0.2.{n}" for n in range(1, networks + 1)]
    return [try_password(owner, ip=ip) for ip in ips for _ in range(5)]


def is_locked(answer: HttpResponse) -> bool:
    return LOCKED in answer.content.decode()


def test_failures_in_one_network_lock_only_that_network(owner: User) -> None:
    answers = [try_password(owner, ip=OFFICE) for _ in range(6)]
    assert [is_locked(answer) for answer in answers] == [False] * 5 + [True]
    assert is_locked(try_password(owner, PASSWORD, ip=OFFICE))
    assert try_password(owner, PASSWORD, ip=HOME)["Location"] == "/rocket/"


def test_an_attack_from_many_networks_is_slowed(owner: User) -> None:
    answers = attack(owner, networks=10)
    assert [is_locked(answer) for answer in answers] == [False] * 40 + [True] * 10
    assert is_locked(try_password(owner, PASSWORD))
    assert answers[-1].status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert 3500 < int(answers[-1]["Retry-After"]) <= 3600


def test_ten_failures_an_hour_from_one_network_leave_room_for_others(owner: User, settings) -> None:
    settings.ADDRESS_RATE_LIMITS = settings.ADDRESS_RATE_LIMITS | {"password.network": "10/h/key"}
    answers = [try_password(owner, ip=OFFICE) for _ in range(60)]
    assert sum(is_locked(answer) for answer in answers) == 50
    assert try_password(owner, PASSWORD, ip=HOME).status_code == 302


def test_the_owners_browser_passes_an_attack_from_everywhere(owner: User) -> None:
    mine = Client()
    try_password(owner, PASSWORD, client=mine)
    mine.post("/rocket/login/out/")
    attack(owner, networks=10)
    [try_password(owner, ip=OFFICE) for _ in range(10)]  # also in the same network
    assert try_password(owner, PASSWORD, client=mine, ip=OFFICE)["Location"] == "/rocket/"


def test_a_known_browser_is_limited_by_itself(owner: User) -> None:
    mine, other = Client(), Client()
    for each in (mine, other):
        try_password(owner, PASSWORD, client=each)
        each.post("/rocket/login/out/")
    answers = [try_password(owner, client=mine) for _ in range(6)]
    assert [is_locked(answer) for answer in answers] == [False] * 5 + [True]
    assert try_password(owner, PASSWORD, client=other).status_code == 302
    assert try_password(owner, PASSWORD).status_code == 302


def test_the_cookie_is_signed_for_one_person_and_out_of_reach_of_scripts(
    in_rocket: Cast, owner: User
) -> None:
    stranger, colleague = Client(), in_rocket.customer_colleague.user
    try_password(colleague, PASSWORD, client=stranger)
    kept = stranger.cookies[COOKIE]
    assert (kept["httponly"], kept["samesite"]) == (True, "Lax")
    assert colleague.email not in kept.value
    stranger.post("/rocket/login/out/")
    attack(owner, networks=10)
    assert is_locked(try_password(owner, PASSWORD, client=stranger))
    stranger.cookies[COOKIE] = kept.value[:-1] + ("A" if kept.value[-1] != "A" else "B")
    assert is_locked(try_password(owner, PASSWORD, client=stranger))


def test_people_who_share_a_browser_are_all_known_there(in_rocket: Cast, owner: User) -> None:
    shared = Client()
    for user in (owner, in_rocket.customer_colleague.user):
        try_password(user, PASSWORD, client=shared)
        shared.post("/rocket/login/out/")
    attack(owner, networks=10)
    assert try_password(owner, PASSWORD, client=shared).status_code == 302


def test_a_failed_sign_in_makes_no_browser_known(owner: User) -> None:
    client = Client()
    try_password(owner, client=client)
    assert COOKIE not in client.cookies


def test_a_password_alone_makes_no_browser_known_if_a_second_factor_is_due(owner: User) -> None:
    give_app(owner)
    client = Client()
    try_password(owner, PASSWORD, client=client)
    assert COOKIE not in client.cookies
    client.post("/rocket/login/two-factor/code/", {"code": code_of(owner)})
    assert COOKIE in client.cookies


def test_wrong_second_factors_of_a_thief_do_not_lock_the_owner_out(owner: User) -> None:
    give_app(owner)
    thief, here = Client(), Client()
    try_password(owner, PASSWORD, client=thief, ip=OFFICE)
    page = "/rocket/login/two-factor/code/"
    answers = [thief.post(page, {"code": "000000"}, REMOTE_ADDR=OFFICE) for _ in range(6)]
    assert [is_locked(answer) for answer in answers] == [False] * 5 + [True]
    assert answers[-1].status_code == HTTPStatus.TOO_MANY_REQUESTS
    try_password(owner, PASSWORD, client=here)
    assert here.post(page, {"code": code_of(owner)})["Location"] == "/rocket/"


@pytest.mark.parametrize(("path", "most"), [("code/", 5), ("password/reset/", 3)])
def test_a_stranger_who_requests_emails_leaves_room_for_the_owner(
    owner: User, path: str, most: int
) -> None:
    form = {"email": owner.email}
    answers = [
        Client().post(SIGN_IN + path, form, REMOTE_ADDR=OFFICE).status_code for _ in range(most + 1)
    ]
    assert answers == [302] * most + [HTTPStatus.TOO_MANY_REQUESTS]
    mail.outbox = []
    assert Client().post(SIGN_IN + path, form, REMOTE_ADDR=HOME).status_code == 302
    assert [sent.to for sent in mail.outbox] == [[owner.email]]


def test_a_stranger_who_signs_up_does_not_hold_back_the_owners_email(
    in_rocket: Cast, new_person: dict[str, str]
) -> None:
    for ip in (OFFICE, OFFICE, HOME):
        Client().post(SIGN_IN + "sign-up/", new_person, REMOTE_ADDR=ip)
    assert [sent.to for sent in mail.outbox] == [[new_person["email"]]] * 2


def test_emails_to_one_address_are_limited_over_all_networks(owner: User) -> None:
    for n in range(1, 30):
        form = {"email": owner.email}
        Client().post(SIGN_IN + "password/reset/", form, REMOTE_ADDR=f"192.0.2.{n}")
    assert len(mail.outbox) == 12


def test_the_owner_of_the_mailbox_gets_in_during_an_attack(owner: User) -> None:
    attack(owner, networks=10)
    mine = Client()
    mine.post(SIGN_IN + "code/", {"email": owner.email})
    mine.post(SIGN_IN + "code/confirm/", {"code": emailed_code()})
    assert not is_out(mine)


def test_a_new_password_set_by_email_works_at_once(owner: User) -> None:
    attack(owner, networks=10)
    mine = Client()
    mine.post(SIGN_IN + "password/reset/", {"email": owner.email})
    place = mine.get(link_in(mail.outbox[-1]))["Location"]
    new = "a passphrase of my own"
    mine.post(place, {"password1": new, "password2": new})
    assert try_password(owner, new, client=mine).status_code == 302
