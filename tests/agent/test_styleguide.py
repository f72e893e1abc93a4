"""The styleguide is for staff, at any desk's address and at the installation's."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.agent.conftest import SignIn
from tests.cast import Cast

URLS = ("/styleguide/", "/rocket/styleguide/")


@pytest.mark.parametrize("url", URLS)
def test_staff_see_every_section_in_both_themes(rocket: Cast, sign_in: SignIn, url: str) -> None:
    text = sign_in(rocket.admin.user).get(url).text
    assert text.count("data-guide=") == 9
    assert text.count('data-theme="light"') == text.count('data-theme="dark"') == 9
    assert "Send reply" in text


@pytest.mark.parametrize("url", URLS)
def test_others_do_not_find_it(rocket: Cast, sign_in: SignIn, url: str) -> None:
    for person in (rocket.analyst, rocket.lead, rocket.observer, rocket.customer):
        assert person.user is not None
        assert sign_in(person.user).get(url).status_code == 404
    assert "/login/" in Client().get(url)["Location"]


def test_it_shows_no_data_of_a_desk(rocket: Cast, sign_in: SignIn) -> None:
    text = sign_in(rocket.admin.user).get("/rocket/styleguide/").text
    assert rocket.analyst.user.email not in text
    assert str(rocket.customer) not in text
