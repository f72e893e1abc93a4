"""Check that response times do not reveal whether an address is known.

`python -m bench.enumeration [TURNS] [WORD]` requests each path for a known and an unknown address,
both in random order, and prints the medians and their difference; the limit is 5 ms. With a word,
only paths whose name contains it are measured.

On a shared machine the clock also measures others' work, so CPU time and statements of the server
are compared as well. Rate limits are off, since they would answer instead of the page. Emails are
written to files, as in the demo.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

os.environ["BENCH_UNLIMITED"] = "1"

# isort: split
import bench.ready

# isort: split
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.invitations.sending import invite
from accounts.models import Contact, Desk, Invitation, User
from accounts.tenancy import desk_scope
from bench.client import CSRF

LIMIT = 5.0  # milliseconds between the medians
WARM_UP = 5  # uncounted turns
DESK = "/desk1/"
PASSWORD = "a long enough passphrase"

Form = dict[str, str] | None
BuildRequest = Callable[[int], tuple[str, Form]]


@dataclass(frozen=True)
class Cost:
    """The cost of one response: clock and CPU in milliseconds, and statements."""

    clock: float
    cpu: float
    statements: float


@dataclass
class Pair:
    """A path for a known and an unknown address. Each function returns URL and form of a turn."""

    name: str
    known: BuildRequest
    unknown: BuildRequest
    expected: int = 302
    costs: dict[str, list[Cost]] = field(default_factory=lambda: {"known": [], "unknown": []})

    def median(self, side: str, what: str) -> float:
        return statistics.median(getattr(cost, what) for cost in self.costs[side])

    def difference(self, what: str) -> float:
        return self.median("known", what) - self.median("unknown", what)


def run(turns: int, word: str = "") -> bool:
    """Fill the desk, measure and print. Return True if all pairs are within the limit."""
    desk = Desk.objects.create(slug=DESK.strip("/"), name="Desk", ticket_prefix="D")
    with desk_scope(desk):
        pairs = list(_list_pairs(desk, turns + WARM_UP))
    os.environ["LOG_LEVEL"] = "ERROR"  # every 404 would be logged
    bench.ready.SERVERS.serve()
    print(
        f"medians of {turns}; ms{'known':>40}{'unknown':>9}"
        f"{'diff':>8}{'CPU diff':>11}{'statements':>12}"
    )
    verdicts = [_measure(pair, turns) for pair in pairs if word in pair.name]
    return all(verdicts)


def _measure(pair: Pair, turns: int) -> bool:
    chance = random.Random(14)
    for turn in range(turns + WARM_UP):
        for side in chance.sample(["known", "unknown"], 2):
            path, form = (pair.known if side == "known" else pair.unknown)(turn)
            took = _request(path, form, pair)
            if turn >= WARM_UP:
                pair.costs[side].append(took)
    known, unknown = pair.median("known", "clock"), pair.median("unknown", "clock")
    statements = (
        f"{pair.median('known', 'statements'):.0f}/{pair.median('unknown', 'statements'):.0f}"
    )
    figures = (
        f"{known:>9.1f}{unknown:>9.1f}{known - unknown:>+8.1f}"
        f"{pair.difference('cpu'):>+11.2f}{statements:>12}"
    )
    is_within = abs(known - unknown) <= LIMIT
    print(f"{pair.name:<46}{figures}{'' if is_within else '   over the limit'}", flush=True)
    return is_within


def _request(path: str, form: Form, pair: Pair) -> Cost:
    """Request a page as a new visitor. Raise SystemExit for an unexpected status."""
    connection = HTTPConnection("127.0.0.1", bench.ready.SERVERS.port, timeout=60)
    headers = {"Cookie": f"{settings.CSRF_COOKIE_NAME}={CSRF}", "X-CSRFToken": CSRF, "X-Count": "1"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    begin = time.perf_counter()
    connection.request(
        "GET" if form is None else "POST",
        path,
        body=urlencode(form) if form else None,
        headers=headers,
    )
    response = connection.getresponse()
    content = response.read()
    took = (time.perf_counter() - begin) * 1000
    connection.close()
    if response.status != pair.expected:
        raise SystemExit(f"{pair.name}: {response.status} from {path}\n{content[:600]!r}")
    return Cost(took, float(response.headers["X-CPU"]), float(response.headers["X-Statements"]))


def _list_pairs(desk: Desk, turns: int) -> Iterable[Pair]:
    logins, mailers = (
        _create_users(desk, turns),
        [f"mailer{n}@known.example" for n in range(4 * turns)],
    )
    Contact.objects.bulk_create(Contact(desk=desk, email=email) for email in mailers)
    used, gone = _create_invitations(desk, turns)
    by_mail = iter(mailers)
    yield Pair(
        "sign in, wrong password", _sign_in(logins), _sign_in(_list_unknown(1)), expected=200
    )
    yield Pair(
        "sign in, known by email only", _sign_in(mailers), _sign_in(_list_unknown(2)), expected=200
    )
    yield Pair(
        "set a password",
        _post("password/reset/", logins),
        _post("password/reset/", _list_unknown(3)),
    )
    yield Pair(
        "set a password, known by email only",
        _post("password/reset/", [next(by_mail) for _ in range(turns)]),
        _post("password/reset/", _list_unknown(4)),
    )
    yield Pair("code by email", _post("code/", logins), _post("code/", _list_unknown(5)))
    yield Pair(
        "code by email, known by email only",
        _post("code/", [next(by_mail) for _ in range(turns)]),
        _post("code/", _list_unknown(6)),
    )
    yield Pair("sign up", _post("sign-up/", logins), _post("sign-up/", _list_unknown(7)))
    yield Pair(
        "invitation, used and invented",
        _look("invitation/", used),
        _look("invitation/", gone),
        404,
    )


def _list_unknown(number: int) -> list[str]:
    """Return unknown addresses, different ones for each path."""
    return [f"nobody{number}x{n}@unknown.example" for n in range(100_000)]


def _sign_in(emails: list[str]) -> BuildRequest:
    return lambda turn: (f"{DESK}login/", {"login": emails[turn], "password": "not the password"})


def _post(path: str, emails: list[str]) -> BuildRequest:
    return lambda turn: (
        f"{DESK}login/{path}",
        {"email": emails[turn], "name": "X Y", "password1": PASSWORD},
    )


def _look(path: str, tokens: list[str]) -> BuildRequest:
    return lambda turn: (f"{DESK}{path}{tokens[turn]}/", None)


def _create_users(desk: Desk, amount: int) -> list[str]:
    """Create customers with a verified address and a password."""
    secret = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=f"known{n}@known.example", name="Known", password=secret) for n in range(amount)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Contact.objects.bulk_create(Contact(desk=desk, email=user.email, user=user) for user in users)
    return [user.email for user in users]


def _create_invitations(desk: Desk, amount: int) -> tuple[list[str], list[str]]:
    """Return used tokens and invented tokens."""
    used = []
    for n in range(amount):
        _, token = invite(
            desk=desk,
            email=f"used{n}@known.example",
            kind="agent",
            role="analyst",
            at=timezone.now(),
        )
        used.append(token)
    Invitation.objects.update(used_at=timezone.now())
    return used, [token[::-1] for token in used]


if __name__ == "__main__":
    holds = run(int(sys.argv[1]) if len(sys.argv) > 1 else 500, *sys.argv[2:3])
    print(
        "\nAll pairs are within the limit."
        if holds
        else "\nSome pairs are not within the limit; see above."
    )
    raise SystemExit(0 if holds else 1)
