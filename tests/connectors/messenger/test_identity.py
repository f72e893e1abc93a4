"""Who a website's server vouches for: only tokens of its secret, and none that lives long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from channels_intake.connectors.messenger.identity import (
    Identity,
    IdentityError,
    read_identity,
)

SECRET = "correct-horse-battery-staple-and-more"
AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SOON = AT + timedelta(minutes=10)


def sign(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    return jwt.encode({"sub": "42", "exp": SOON} | claims, secret, algorithm=algorithm)


def test_a_token_of_the_website_says_who_it_is() -> None:
    token = sign(email="Ann@Acme.Example", name="Ann\nLee")
    assert read_identity(token, secret=SECRET, at=AT) == Identity(
        "42", "ann@acme.example", "Ann Lee"
    )


def test_an_address_that_is_none_is_left_out() -> None:
    assert read_identity(sign(email="no address"), secret=SECRET, at=AT).email == ""


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x.y.z",
        sign(secret="another-secret-that-is-long-enough-too"),
        sign(algorithm="HS512", secret=SECRET * 2),
        jwt.encode({"sub": "42", "exp": SOON}, None, algorithm="none"),
        sign()[:-2],
    ],
    ids=["empty", "no token", "another secret", "another algorithm", "unsigned", "cut"],
)
def test_a_forged_token_is_refused(token: str) -> None:
    with pytest.raises(IdentityError):
        read_identity(token, secret=SECRET, at=AT)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"exp": AT - timedelta(minutes=2)}, "has expired"),
        ({"exp": AT + timedelta(days=30)}, "more than a day ahead"),
        ({"exp": 10**30}, "isn't a time"),
        ({"sub": ""}, "sub is empty"),
        ({"sub": "x" * 121}, "longer than"),
        ({"sub": "a\x00b"}, "sub is empty"),
    ],
)
def test_a_token_needs_a_time_and_a_user(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(IdentityError, match=why):
        read_identity(sign(**changed), secret=SECRET, at=AT)


def test_a_token_without_an_end_is_refused() -> None:
    token = jwt.encode({"sub": "42"}, SECRET, algorithm="HS256")
    with pytest.raises(IdentityError, match="exp"):
        read_identity(token, secret=SECRET, at=AT)


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("secret", ["", "short"])
def test_without_a_good_secret_nobody_is_recognized(secret: str) -> None:
    """An empty secret would let everybody sign."""
    token = jwt.encode({"sub": "42", "exp": SOON}, secret or "x", algorithm="HS256")
    with pytest.raises(IdentityError, match="no secret"):
        read_identity(token, secret=secret, at=AT)
