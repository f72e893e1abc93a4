"""Only X can send events, and nobody gets a signature of an event out of the challenge."""

from __future__ import annotations

import pytest

from channels_intake.connections.contract import Request
from channels_intake.connectors.x.signatures import (
    HEADER,
    OLD_HEADER,
    answer_challenge,
    is_genuine,
    sign,
)

BODY = b'{"data": {}}'


def check(headers: dict[str, str], *, client: str = "client", consumer: str = "") -> bool:
    request = Request("POST", {}, headers, BODY)
    return is_genuine(request, client_secret=client, consumer_secret=consumer)


def test_the_signature_of_the_client_secret_counts() -> None:
    assert check({HEADER: sign("client", BODY)})
    assert not check({HEADER: sign("client", BODY + b" ")})
    assert not check({HEADER: sign("other", BODY)})
    assert not check({HEADER: "sha256=ü"})
    assert not check({})


def test_an_older_app_signs_by_its_consumer_secret() -> None:
    old = {OLD_HEADER: sign("consumer", BODY)}
    assert check(old, client="", consumer="consumer")
    assert check(old, consumer="consumer")
    assert not check(old)  # no consumer secret was entered


def test_each_secret_has_a_header_of_its_own() -> None:
    assert not check({OLD_HEADER: sign("client", BODY)}, consumer="consumer")
    assert not check({HEADER: sign("consumer", BODY)}, consumer="consumer")


def test_an_empty_secret_is_none() -> None:
    assert not check({HEADER: sign("", BODY), OLD_HEADER: sign("", BODY)}, client="")
    assert answer_challenge("abc", client_secret="", consumer_secret="") == ""


def test_the_challenge_is_answered_as_x_documents_it() -> None:
    # The secret and the token of the example in X's guide; the HMAC by another program.
    secret = "z3ZX4v7mAAUGykl3EcmkqbartmuW8VFOOzCloLx9Q45P0hLrFu"
    token = "9b4507b3-9040-4669-9ca3-6b94edb50553"
    response = answer_challenge(token, client_secret="", consumer_secret=secret)
    assert response == "sha256=Cytd4Sq+NvEcV3MMrXxWJGJx5A+y/lXzzU2Maartkx8="


def test_of_two_secrets_the_client_secret_answers() -> None:
    response = answer_challenge("abc", client_secret="client", consumer_secret="consumer")
    assert response == sign("client", b"abc")


@pytest.mark.parametrize("token", ["", BODY.decode(), "[1]", "a b", "ü", "x" * 257, "a\n"])
def test_a_challenge_that_could_be_an_event_is_not_answered(token: str) -> None:
    assert answer_challenge(token, client_secret="client", consumer_secret="") == ""
