"""Whether the time of an answer tells that an address is known (reliability.md, security 14).

`python -m bench.enumeration 500` asks each path so many times for a known and for an unknown address, the two of a
pair one after the other in random order, and prints both medians and how far they are apart; the bar is 5 ms. With a
word behind the number only the paths that have it are asked.

On a machine that others work on, the time on the clock is theirs as well: what the server itself computed (CPU) and
asked the database (statements) stand beside it and are compared in the same way. The limits on attempts are off,
since they would answer instead of the page; mail goes to files, as in the demo.
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

BAR = 5.0  # milliseconds between the medians
WARM_UP = 5  # pairs that are not counted
DESK = "/desk1/"
PASSWORD = "a long enough passphrase"

Form = dict[str, str] | None
Ask = Callable[[int], tuple[str, Form]]


@dataclass(frozen=True)
class Took:
    """What one answer took: on the clock and computed, in milliseconds, and statements."""

    clock: float
    cpu: float
    statements: float


@dataclass
class Pair:
    """A path, asked for what is known and for what is not. Each function gives the address and form of a turn."""

    name: str
    known: Ask
    unknown: Ask
    expected: int = 302
    took: dict[str, list[Took]] = field(default_factory=lambda: {"known": [], "unknown": []})

    def median(self, side: str, what: str) -> float:
        return statistics.median(getattr(took, what) for took in self.took[side])

    def apart(self, what: str) -> float:
        return self.median("known", what) - self.median("unknown", what)


def run(turns: int, word: str = "") -> bool:
    """Fill the desk, measure and print; gives whether every pair whose name has the word is within the bar."""
    desk = Desk.objects.create(slug=DESK.strip("/"), name="Desk", ticket_prefix="D")
    with desk_scope(desk):
        pairs = list(_list_pairs(desk, turns + WARM_UP))
    os.environ["LOG_LEVEL"] = "ERROR"  # each 404 would be a line
    bench.ready.PLACE.serve()
    print(
        f"medians of {turns}; ms{'known':>40}{'unknown':>9}{'apart':>8}{'CPU apart':>11}{'statements':>12}"
    )
    verdicts = [_measure(pair, turns) for pair in pairs if word in pair.name]
    return all(verdicts)


def _measure(pair: Pair, turns: int) -> bool:
    chance = random.Random(14)
    for turn in range(turns + WARM_UP):
        for side in chance.sample(["known", "unknown"], 2):
            path, form = (pair.known if side == "known" else pair.unknown)(turn)
            took = _ask(path, form, pair)
            if turn >= WARM_UP:
                pair.took[side].append(took)
    known, unknown = pair.median("known", "clock"), pair.median("unknown", "clock")
    statements = (
        f"{pair.median('known', 'statements'):.0f}/{pair.median('unknown', 'statements'):.0f}"
    )
    figures = f"{known:>9.1f}{unknown:>9.1f}{known - unknown:>+8.1f}{pair.apart('cpu'):>+11.2f}{statements:>12}"
    is_within = abs(known - unknown) <= BAR
    print(f"{pair.name:<46}{figures}{'' if is_within else '   over the bar'}", flush=True)
    return is_within


def _ask(path: str, form: Form, pair: Pair) -> Took:
    """A new visitor waits for the whole answer; SystemExit when it is not the expected one."""
    connection = HTTPConnection("127.0.0.1", bench.ready.PLACE.port, timeout=60)
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
    answer = connection.getresponse()
    content = answer.read()
    took = (time.perf_counter() - begin) * 1000
    connection.close()
    if answer.status != pair.expected:
        raise SystemExit(f"{pair.name}: {answer.status} from {path}\n{content[:600]!r}")
    return Took(took, float(answer.headers["X-CPU"]), float(answer.headers["X-Statements"]))


def _list_pairs(desk: Desk, turns: int) -> Iterable[Pair]:
    logins, mailers = (
        _make_logins(desk, turns),
        [f"mailer{n}@known.example" for n in range(4 * turns)],
    )
    Contact.objects.bulk_create(Contact(desk=desk, email=email) for email in mailers)
    used, gone = _make_invitations(desk, turns)
    by_mail = iter(mailers)
    yield Pair("log in, wrong password", _log_in(logins), _log_in(_nobodies(1)), expected=200)
    yield Pair("log in, known by mail only", _log_in(mailers), _log_in(_nobodies(2)), expected=200)
    yield Pair(
        "set a password", _post("password/reset/", logins), _post("password/reset/", _nobodies(3))
    )
    yield Pair(
        "set a password, known by mail only",
        _post("password/reset/", [next(by_mail) for _ in range(turns)]),
        _post("password/reset/", _nobodies(4)),
    )
    yield Pair("code by mail", _post("code/", logins), _post("code/", _nobodies(5)))
    yield Pair(
        "code by mail, known by mail only",
        _post("code/", [next(by_mail) for _ in range(turns)]),
        _post("code/", _nobodies(6)),
    )
    yield Pair("sign up", _post("sign-up/", logins), _post("sign-up/", _nobodies(7)))
    yield Pair(
        "invitation, used and never made",
        _look("invitation/", used),
        _look("invitation/", gone),
        404,
    )


def _nobodies(number: int) -> list[str]:
    """Addresses that nothing is known of, other ones for each path."""
    return [f"nobody{number}x{n}@unknown.example" for n in range(100_000)]


def _log_in(emails: list[str]) -> Ask:
    return lambda turn: (f"{DESK}login/", {"login": emails[turn], "password": "not the password"})


def _post(path: str, emails: list[str]) -> Ask:
    return lambda turn: (
        f"{DESK}login/{path}",
        {"email": emails[turn], "name": "X Y", "password1": PASSWORD},
    )


def _look(path: str, tokens: list[str]) -> Ask:
    return lambda turn: (f"{DESK}{path}{tokens[turn]}/", None)


def _make_logins(desk: Desk, amount: int) -> list[str]:
    """Customers with a proven login and a password."""
    secret = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=f"known{n}@known.example", name="Known", password=secret) for n in range(amount)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Contact.objects.bulk_create(Contact(desk=desk, email=user.email, user=user) for user in users)
    return [user.email for user in users]


def _make_invitations(desk: Desk, amount: int) -> tuple[list[str], list[str]]:
    """Tokens that were used, and tokens that never were one."""
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
        "\nEvery pair is within the bar."
        if holds
        else "\nNot every pair is within the bar; see above."
    )
    raise SystemExit(0 if holds else 1)
