"""Each user chooses the language and the time zone of their own pages (M80)."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import Cast

PAGE = "/rocket/login/preferences/"
SignIn = Callable[[User], Client]


def test_an_agent_and_a_customer_choose_language_and_zone(rocket: Cast, sign_in: SignIn) -> None:
    for user in (rocket.analyst.user, rocket.customer.user):
        client = sign_in(user)
        answer = client.post(PAGE, {"language": "de", "time_zone": "Asia/Kolkata"}, follow=True)
        user.refresh_from_db()
        assert (user.language, user.time_zone) == ("de", "Asia/Kolkata")
        assert answer.headers["Content-Language"] == "de"
        assert '<option value="Asia/Kolkata" selected>' in answer.content.decode()


def test_empty_choices_leave_it_to_browser_and_desk(rocket: Cast, sign_in: SignIn) -> None:
    user = rocket.analyst.user
    user.language, user.time_zone = "de", "Asia/Kolkata"
    user.save()
    sign_in(user).post(PAGE, {"language": "", "time_zone": ""})
    user.refresh_from_db()
    assert (user.language, user.time_zone) == ("", "")


@pytest.mark.parametrize(
    "choice",
    [
        {"language": "tlh", "time_zone": ""},
        {"language": "", "time_zone": "Mars/Olympus"},
        {"language": "en\x00", "time_zone": ""},
    ],
)
def test_a_choice_that_does_not_exist_is_refused_and_nothing_changes(
    choice: dict[str, str], rocket: Cast, sign_in: SignIn
) -> None:
    user = rocket.analyst.user
    answer = sign_in(user).post(PAGE, choice)
    user.refresh_from_db()
    assert answer.status_code in {200, 400}
    assert (user.language, user.time_zone) == ("", "")


def test_a_visitor_is_asked_to_sign_in(rocket: Cast, client: Client) -> None:
    answer = client.get(PAGE)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/rocket/login/?next=")


def test_preferences_are_the_users_own(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    sign_in(rocket.analyst.user).post(PAGE, {"language": "de", "time_zone": ""})
    others = User.objects.exclude(pk=rocket.analyst.user.pk)
    assert set(others.values_list("language", flat=True)) == {""}
