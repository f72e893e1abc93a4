"""Keyboard shortcuts that a person changes or turns off (WCAG 2.1.4)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from helpdesk.shared.shortcuts import SHORTCUTS, clean_keys, find_repeated, get_own_keys
from tests.agent.conftest import SignIn
from tests.cast import Cast

URL = "/rocket/agent/shortcuts/"
QUEUE = "/rocket/agent/"
FIELDS = {name: f"keys_{place}" for place, name in enumerate(SHORTCUTS)}


def fill_in(**changes: str) -> dict[str, str]:
    """Return the form as it stands, with changes by shipped key."""
    return {field: changes.get(name, name) for name, field in FIELDS.items()}


def test_a_changed_key_and_one_that_is_off_are_on_every_page(client: Client, rocket: Cast) -> None:
    response = client.post(URL, fill_in(t="b", z=""))

    assert response.status_code == 303
    user = User.objects.get(pk=rocket.analyst.user_id)
    assert user.shortcuts == {"t": "b", "z": ""}
    assert "data-shortcut-keys=" in client.get(QUEUE).text
    assert "&quot;t&quot;: &quot;b&quot;" in client.get(QUEUE).text


def test_the_shipped_keys_are_not_stored(client: Client, rocket: Cast) -> None:
    client.post(URL, fill_in(t="b"))
    client.post(URL, fill_in())

    assert User.objects.get(pk=rocket.analyst.user_id).shortcuts == {}
    assert "data-shortcut-keys=" not in client.get(QUEUE).text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"t": "c"}, "Another shortcut uses this key or starts with it."),
        ({"t": "g"}, "Another shortcut uses this key or starts with it."),
        ({"t": "ab"}, "Enter one key, or two keys separated by a space."),
    ],
)
def test_keys_that_cannot_work_are_refused_and_kept(
    client: Client, rocket: Cast, changes: dict[str, str], error: str
) -> None:
    response = client.post(URL, fill_in(**changes))

    assert response.status_code == 422
    assert error in response.text
    assert f'value="{changes["t"]}"' in response.text
    assert User.objects.get(pk=rocket.analyst.user_id).shortcuts == {}


def test_an_observer_has_keys_too_and_others_keep_theirs(rocket: Cast, sign_in: SignIn) -> None:
    assert sign_in(rocket.observer.user).post(URL, fill_in(c="w")).status_code == 303
    assert User.objects.get(pk=rocket.analyst.user_id).shortcuts == {}


def test_outsiders_find_no_page(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    assert sign_in(matter.analyst.user).get(URL).status_code == 404
    assert rocket.customer.user is not None
    assert sign_in(rocket.customer.user).post(URL, fill_in(t="b")).status_code == 404


def test_every_shortcut_of_a_page_can_be_changed() -> None:
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    modules = (settings.BASE_DIR / "helpdesk" / "agent").rglob("*.py")
    written = {
        *(found for path in templates for found in re.findall(WRITTEN, path.read_text())),
        *(max(found) for path in modules for found in re.findall(BUILT, path.read_text())),
    }
    assert written - SHORTCUTS.keys() == set()


WRITTEN = r'data-shortcut="([^"{]+)"'
BUILT = r'\bkeys="([^"]+)"|"(g [a-z])"'


def test_the_shipped_keys_do_not_get_in_each_others_way() -> None:
    assert find_repeated({}) == set()
    assert all(clean_keys(name) == name for name in SHORTCUTS)
    assert clean_keys("a b c") is None
    assert clean_keys(" ") == ""


def test_a_key_that_someone_has_chosen_is_not_taken_by_a_new_shortcut() -> None:
    own = get_own_keys({"t": "p"})
    assert own == {"t": "p", "p": ""}
    assert find_repeated(own) == set()
    assert get_own_keys({"t": "p", "p": "w"}) == {"t": "p", "p": "w"}
    assert get_own_keys({"z": ""}) == {"z": ""}
