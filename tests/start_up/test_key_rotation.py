"""SECRET_KEY is replaced: what the former key signed and encrypted stays good while it is listed.

After `reseal_secrets`, stored secrets no longer need it.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client

from accounts.logins.sealing import UnsealError, seal, unseal
from accounts.tenancy import desk_scope
from helpdesk.backup.layout import fingerprint_key, list_fingerprints
from tests.api.test_idempotency import URL, new_ticket, send
from tests.cast import Cast
from tests.login.conftest import give_app, recovery_codes_of
from tests.wall.filling import fill_every_table, list_walled_models
from tickets.signed_links import make_link_token, read_link_token

NEXT = "the-next-key-of-the-tests-" + "n" * 40


def list_sealed() -> list[tuple[type[models.Model], list[str]]]:
    """Return the models with fields for sealed secrets, and the names of these fields."""
    named = [
        (model, [field.name for field in model._meta.fields if field.name.startswith("sealed_")])
        for model in list_walled_models()
    ]
    return [(model, names) for model, names in named if names]


def fill_secrets(cast: Cast) -> int:
    """Put a secret into every sealed field of a desk. Return the number of rows."""
    fill_every_table(cast)
    with desk_scope(cast.desk):
        return sum(
            model._base_manager.update(**{name: seal(f"{name} of {cast.desk.slug}")})
            for model, names in list_sealed()
            for name in names[:1]
        )


def read_secrets(cast: Cast) -> set[str]:
    with desk_scope(cast.desk):
        return {
            unseal(text)
            for model, names in list_sealed()
            for text in model._base_manager.values_list(names[0], flat=True)
        }


def reseal() -> str:
    out = StringIO()
    call_command("reseal_secrets", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_all_stored_secrets_are_encrypted_with_the_new_key(
    rocket: Cast, matter: Cast, settings: Any
) -> None:
    rows = fill_secrets(rocket) + fill_secrets(matter)
    app = give_app(rocket.analyst.user)
    codes = recovery_codes_of(rocket.analyst.user)
    before = read_secrets(rocket)
    assert len(list_sealed()) >= 7
    assert len(before) == len({names[0] for _, names in list_sealed()})

    settings.SECRET_KEY, former = NEXT, settings.SECRET_KEY
    with pytest.raises(CommandError, match=r"can't be decrypted with any key"):
        reseal()
    settings.SECRET_KEY_FALLBACKS = [former]
    assert reseal() == f"{rows + 2} rows were encrypted with SECRET_KEY.\n"
    assert reseal() == "0 rows were encrypted with SECRET_KEY.\n"

    settings.SECRET_KEY_FALLBACKS = []
    assert read_secrets(rocket) == before
    assert {text.endswith("of matter") for text in read_secrets(matter)} == {True}
    assert unseal(Authenticator.objects.get(pk=app.pk).data["secret"])
    assert recovery_codes_of(rocket.analyst.user) == codes
    settings.SECRET_KEY = former
    with pytest.raises(UnsealError):
        read_secrets(rocket)


@pytest.mark.django_db
def test_what_the_former_key_signed_counts_while_it_is_listed(
    rocket: Cast, sign_in: Any, settings: Any
) -> None:
    browser: Client = sign_in(rocket.analyst.user)
    link = {"desk_id": rocket.desk.pk, "ticket_id": 7, "agent_id": rocket.analyst.pk}
    token = make_link_token(**link)
    first = send(browser, URL, new_ticket(rocket)).json()["number"]
    former = settings.SECRET_KEY
    backup = fingerprint_key()

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEXT, [former]
    assert read_link_token(token, desk_id=rocket.desk.pk) == (7, rocket.analyst.pk)
    assert send(browser, URL, new_ticket(rocket)).json()["number"] == first
    assert browser.get("/rocket/agent/").status_code == 200
    assert backup in list_fingerprints()

    settings.SECRET_KEY_FALLBACKS = []
    assert read_link_token(token, desk_id=rocket.desk.pk) is None
    assert backup not in list_fingerprints()
    # The visit above has signed the session with the new key.
    assert browser.get("/rocket/agent/").status_code == 200
    settings.SECRET_KEY = "a-key-of-someone-else-" + "s" * 40
    assert browser.get("/rocket/agent/").status_code == 302
