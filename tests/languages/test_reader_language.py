"""A page is in the reader's language: their setting, else the browser's, else the desk's (M80)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Contact, Desk, User
from accounts.places.languages import (
    find_accepted_language,
    find_language,
    get_desk_time_zone,
    get_reader_language,
    get_recipient_language,
    get_time_zone,
    use_locale,
    use_recipient_locale,
)
from tests.cast import Cast

SAO_PAULO = "America/Sao_Paulo"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("pt", "pt-br"),
        ("pt_BR", "pt-br"),
        ("PT-PT", "pt-br"),
        ("de-AT", "de"),
        ("tlh", ""),
        ("", ""),
        ("../../etc/passwd", ""),
        ("x" * 600, ""),
    ],
)
def test_a_tag_is_served_by_the_nearest_catalog_or_by_none(tag: str, language: str) -> None:
    assert find_language(tag) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr-FR,pt;q=0.5,en;q=0.4", "pt-br"),
        ("fr, ja", ""),
        ("fr, de;q=0", ""),
        ("de;q=0, en;q=0.1", "en"),
        ("*", ""),
        ("", ""),
        (";;;q=,", ""),
    ],
)
def test_the_browsers_first_language_with_a_catalog_counts(header: str, language: str) -> None:
    assert find_accepted_language(header) == language


def test_the_readers_own_setting_comes_before_the_browser_and_the_desk() -> None:
    desk, user = Desk(language="de"), User(language="pt-br")
    assert get_reader_language(desk=desk, user=user, accepted="en") == "pt-br"
    assert get_reader_language(desk=desk, user=User(), accepted="en") == "en"
    assert get_reader_language(desk=desk, user=None, accepted="fr") == "de"
    assert get_reader_language(desk=None) == "en"
    assert get_reader_language(desk=Desk(language="tlh")) == "en"


def test_an_email_is_in_its_recipients_language() -> None:
    desk = Desk(language="pt-br")
    assert get_recipient_language(desk=desk, contact=Contact(language="de")) == "de"
    german = User(language="de")
    assert get_recipient_language(desk=desk, contact=Contact(language="en"), user=german) == "de"
    assert get_recipient_language(desk=desk, contact=Contact(language="tlh")) == "pt-br"


def test_a_person_reads_times_in_their_own_zone_or_else_the_desks() -> None:
    desk = Desk(time_zone=SAO_PAULO)
    assert get_time_zone(desk=desk, user=User(time_zone="Asia/Kolkata")) == "Asia/Kolkata"
    assert get_time_zone(desk=desk, user=User()) == SAO_PAULO
    assert get_time_zone(desk=None) == "UTC"


def test_locales_nest_and_end() -> None:
    desk = Desk(language="de", time_zone=SAO_PAULO)
    with use_locale(language="pt-br", time_zone="Asia/Kolkata", desk=desk):
        assert (translation.get_language(), timezone.get_current_timezone_name()) == (
            "pt-br",
            "Asia/Kolkata",
        )
        with use_recipient_locale(desk=desk):
            assert translation.get_language() == "de"
            assert timezone.get_current_timezone_name() == SAO_PAULO
        assert (translation.get_language(), get_desk_time_zone()) == ("pt-br", SAO_PAULO)
    assert (translation.get_language(), get_desk_time_zone()) == ("en", "")


def test_a_signed_in_person_gets_the_language_of_their_profile(
    rocket: Cast, sign_in: Callable[[User], Client]
) -> None:
    user = rocket.analyst.user
    client = sign_in(user)
    german = {"headers": {"accept-language": "de"}}
    assert client.get("/rocket/agent/", **german).headers["Content-Language"] == "de"
    user.language = "pt-br"
    user.save()
    assert client.get("/rocket/agent/", **german).headers["Content-Language"] == "pt-br"


def test_a_stranger_gets_the_browsers_language_or_else_the_desks(
    rocket: Cast, client: Client
) -> None:
    rocket.desk.language = "de"
    rocket.desk.save()
    assert client.get("/rocket/").headers["Content-Language"] == "de"
    asked = client.get("/rocket/", headers={"accept-language": "pt-BR,en;q=0.5"})
    assert asked.headers["Content-Language"] == "pt-br"
