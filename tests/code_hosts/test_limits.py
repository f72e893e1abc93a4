"""Rate limits, as GitHub and GitLab document them, hold all calls to a repository."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.network.client import Response
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.calls.responses import check_response
from channels_intake.calls.sending import send_due_calls
from channels_intake.code_hosts.issues import create_issue
from channels_intake.models import CodeHost, OutgoingCall
from tests.cast import NOON, Cast
from tests.code_hosts.hosts_fake import HostFake
from tests.defects.helpers import report

RESET = str(int(NOON.timestamp()) + 300)
SECONDARY = "You have exceeded a secondary rate limit."


def check(status: int, headers: dict[str, str], message: str = "") -> None:
    body = b'{"message": "%s"}' % message.encode()
    check_response(Response(status, headers, body), NOON)


@pytest.mark.parametrize(
    ("status", "headers", "message", "seconds"),
    [
        # GitHub: the primary limit
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET}, "API rate limit", 301),
        (429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET}, "", 301),
        # GitHub: secondary limits; Retry-After comes first
        (403, {"Retry-After": "120"}, SECONDARY, 120),
        (429, {"Retry-After": "7", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, "", 7),
        # GitLab
        (429, {"Retry-After": "30", "RateLimit-Remaining": "0", "RateLimit-Reset": RESET}, "", 30),
        (429, {"RateLimit-Remaining": "0", "RateLimit-Reset": RESET}, "", 301),
        # maintenance
        (503, {"Retry-After": "600"}, "", 600),
        # a clock that is behind, and a limit without an end
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, "", 1),
        (429, {"Retry-After": "99999999"}, "", 86_400),
    ],
)  # fmt: skip
def test_the_wait_is_the_one_that_the_host_names(
    status: int, headers: dict[str, str], message: str, seconds: int
) -> None:
    with pytest.raises(CallLaterError) as caught:
        check(status, headers, message)
    assert (caught.value.seconds, caught.value.is_for_all) == (seconds, True)


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (403, {}, SECONDARY),
        (403, {}, "You have triggered an abuse detection mechanism."),
        (429, {}, ""),
        (429, {"RateLimit-Remaining": "595", "RateLimit-Reset": RESET}, ""),
    ],
)
def test_a_limit_without_a_time_waits_a_minute_at_least(
    status: int, headers: dict[str, str], message: str
) -> None:
    with pytest.raises(CallLaterError) as caught:
        check(status, headers, message)
    assert (caught.value.seconds, caught.value.at_least) == (None, 60)


@pytest.mark.parametrize(
    ("status", "headers"),
    [(403, {}), (403, {"X-RateLimit-Remaining": "4000", "X-RateLimit-Reset": RESET}), (422, {})],
)
def test_a_refusal_is_no_limit(status: int, headers: dict[str, str]) -> None:
    with pytest.raises(CallRefusedError):
        check(status, headers, "Resource not accessible by integration")


def test_a_secondary_limit_waits_longer_each_time_and_holds_the_repository(
    in_rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    for n in range(2):
        defect = report(in_rocket, title=f"Defect {n}")
        create_issue(defect_id=defect.pk, host_id=github.pk, agent=in_rocket.level_two, at=NOON)
    at, waits = NOON, []
    for _ in range(4):
        fake.fail_next(403, message=SECONDARY)
        send_due_calls(desk_id=in_rocket.desk.pk, at=at, is_urgent=False)
        [later] = set(OutgoingCall.objects.values_list("next_try_at", flat=True))
        waits.append((later - at) // timedelta(seconds=1))
        at = later
    assert waits == [60, 60, 300, 900]
    assert (len(fake.asked), fake.issues) == (4, {})
    fake.asked.clear()
    send_due_calls(desk_id=in_rocket.desk.pk, at=at, is_urgent=False)
    titles = [issue["title"].split(": ")[1] for issue in fake.issues.values()]
    assert titles == ["Defect 0", "Defect 1"]
