"""`createsuperuser` makes an installation admin who signs in at once and is no desk's customer."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Contact, User
from accounts.services import AddressTakenError, claim_contact
from tests.cast import NOON, PASSWORD, Cast

CHIEF = "chief@plumbline.example"


@pytest.fixture
def chief(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    """An installation admin, created by the command as an operator does it in a script."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email="Chief@Plumbline.example", interactive=False, verbosity=0)
    return User.objects.get(email=CHIEF)


@pytest.mark.parametrize("sign_in_page", ["/login/", "/rocket/login/"])
def test_they_sign_in_without_a_mailed_confirmation(
    rocket: Cast, matter: Cast, chief: User, sign_in_page: str
) -> None:
    browser = Client()
    mail.outbox = []
    answer = browser.post(sign_in_page, {"login": CHIEF, "password": PASSWORD})
    assert answer.status_code == 302
    assert "confirm" not in answer["Location"]
    assert browser.session["_auth_user_id"] == str(chief.pk)
    assert mail.outbox == []
    assert browser.get("/admin/accounts/desk/").status_code == 200


def test_they_become_no_contact_even_of_a_desk_that_knows_the_address(
    in_rocket: Cast, chief: User
) -> None:
    Contact.objects.create(desk=in_rocket.desk, email=CHIEF, name="Chief, who once wrote")
    Client().post("/rocket/login/", {"login": CHIEF, "password": PASSWORD})
    with pytest.raises(AddressTakenError):
        claim_contact(desk=in_rocket.desk, user=chief, email=CHIEF, at=NOON)
    assert Contact.objects.get(desk=in_rocket.desk, email=CHIEF).user_id is None
    assert not Contact.objects.filter(user=chief).exists()


def test_a_taken_address_is_refused_and_changes_nothing(in_rocket: Cast, chief: User) -> None:
    email = in_rocket.analyst.user.email
    before = EmailAddress.objects.count()
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", email=email, interactive=False, stdout=StringIO())
    assert EmailAddress.objects.count() == before
    assert not User.objects.get(email=email).is_superuser
