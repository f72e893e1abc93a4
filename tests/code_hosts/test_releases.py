"""A published release moves the defects whose fix it contains, for their own product line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.dateparse import parse_datetime

from accounts.models import Product, ProductLine
from accounts.tenancy import desk_scope
from channels_intake.code_hosts.changes import Published
from channels_intake.code_hosts.releases import check_due_releases, note_release, recheck_releases
from channels_intake.models import CodeHost, CodeLink, CodeRelease, StageRule
from tests.cast import NOON, Cast
from tests.code_hosts.events import process, store
from tests.code_hosts.hosts_fake import HostFake
from tests.code_hosts.sending import read_payload
from tests.defects.helpers import LATER, move, report
from tickets.defects.merging import merge_defect
from tickets.models import Defect, DefectEvent

FIX, BACKPORT = "f" * 40, "b" * 40
DAYS = [f"2026-11-18T13:{minute}:00Z" for minute in (10, 20, 30)]  # after the merges at NOON
pytestmark = pytest.mark.usefixtures("in_rocket")


def link_fix(defect: Defect, host: CodeHost, sha: str = FIX, **more: object) -> CodeLink:
    """Link a merged pull request to a defect."""
    given = {"number": 7, "branch": "master", "state": "merged", "merged_at": NOON}
    return CodeLink.objects.create(
        desk_id=defect.desk_id, defect=defect, host=host, sha=sha, created_at=NOON,
        **({"kind": "pull"} | given | more),
    )  # type: ignore[misc] # fields of the test  # fmt: skip


def publish(host: CodeHost, fake: HostFake, tag: str, day: int, commits: list[str]) -> None:
    """Publish a release at the host, and note it as the webhook's task does."""
    fake.add_release(tag, DAYS[day], commits)
    at = parse_datetime(DAYS[day])
    assert at is not None
    note_release(host, Published(tag, f"https://host.example/{tag}", at, is_public=True), at=NOON)


def check(cast: Cast, *, days: int = 0) -> int:
    return check_due_releases(desk_id=cast.desk.pk, at=LATER + timedelta(days=days))


def list_versions(defect: Defect) -> list[tuple[str, str]]:
    rows = defect.releases.order_by("pk").values_list("version", "line__name")
    return [(version, line or "") for version, line in rows]


def test_a_release_that_contains_the_fix_is_the_defects(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect, other = report(rocket), report(rocket)
    link_fix(defect, github)
    link_fix(other, github, sha="e" * 40, number=8)
    fake.add_release("v1", DAYS[0], ["1"])
    publish(github, fake, "v2", 1, ["1", "2", FIX])
    assert check(rocket) == 1
    defect.refresh_from_db()
    other.refresh_from_db()
    assert (defect.stage, other.stage) == ("released", "reported")
    assert list_versions(defect) == [("v2", "")]
    assert defect.releases.get().url == "https://host.example/v2"
    compared = [each for each in fake.asked if "/compare/" in each]
    assert compared == ["GET /repos/acme/server/compare/v1...v2?per_page=100"]


PUBLIC = [
    ("github", {"private": False}, True),  # of GitHub Enterprise Server before 3.3
    ("github", {"private": False, "visibility": "public"}, True),
    ("github", {"private": True, "visibility": "private"}, False),
    ("github", {"private": False, "visibility": "internal"}, False),
    ("gitlab", {"visibility_level": 20}, True),
    ("gitlab", {"visibility_level": 10}, False),
    ("gitlab", {"visibility_level": 0}, False),
]


@pytest.mark.parametrize(("kind", "about", "is_public"), PUBLIC)
def test_customers_get_the_page_of_a_public_repositorys_release_only(
    at_desk: Cast, request: pytest.FixtureRequest, kind: str, about: dict[str, Any], is_public: bool
) -> None:
    host: CodeHost = request.getfixturevalue(kind)
    served: HostFake = request.getfixturevalue("fake" if kind == "github" else "gitlab_fake")
    name = {"github": "github.release.published", "gitlab": "gitlab.release"}[kind]
    payload = read_payload(name)
    payload["repository" if kind == "github" else "project"] |= about
    defect = report(at_desk)
    link_fix(defect, host)
    store(host, "release", payload)
    process(at_desk)
    release = CodeRelease.objects.get()
    served.add_release(release.tag, release.published_at.isoformat(), [FIX])
    check(at_desk)
    given = defect.releases.get().url
    assert given == (release.url if is_public else "")
    for event in DefectEvent.objects.filter(defect=defect, kind__in=("released", "stage_moved")):
        assert (event.data["ref"], event.data["url"]) == (release.tag, release.url)


def test_a_comparison_is_read_page_by_page_until_all_is_found(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    fake.add_release("v1", DAYS[0], [])
    fake.per_page = 10
    publish(
        github, fake, "v2", 1, [f"{n}" for n in range(25)] + [FIX] + [f"x{n}" for n in range(99)]
    )
    check(rocket)
    assert list_versions(defect) == [("v2", "")]
    assert len([each for each in fake.asked if "/compare/" in each]) == 3


def test_the_first_release_of_all_is_read_from_its_start(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    publish(github, fake, "v1", 0, ["1", FIX])
    check(rocket)
    assert list_versions(defect) == [("v1", "")]


def test_a_fix_that_an_earlier_release_had_is_not_announced_with_the_next(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    fake.add_release("v1", DAYS[0], [FIX])
    publish(github, fake, "v2", 1, [FIX, "2"])
    check(rocket)
    assert list_versions(defect) == []


def test_a_candidate_is_no_release_and_hides_no_fix_from_the_next(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    fake.add_release("v1", DAYS[0], ["1"])
    fake.add_release("v2-rc1", DAYS[1], ["1", FIX])
    fake.releases[-1]["prerelease"] = True
    publish(github, fake, "v2", 2, ["1", FIX])
    check(rocket)
    assert list_versions(defect) == [("v2", "")]


def test_each_product_line_has_its_own_release(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    product = Product.objects.create(desk=rocket.desk, name="Server")
    esr = ProductLine.objects.create(desk=rocket.desk, product=product, name="ESR")
    current = ProductLine.objects.create(desk=rocket.desk, product=product, name="Current")
    StageRule.objects.filter(trigger="release.published").delete()
    for line, pattern in ((esr, "v9.*"), (current, "v10.*")):
        StageRule.objects.create(
            desk=rocket.desk, host=github, trigger="release.published", pattern=pattern, line=line
        )
    defect = report(rocket)
    link_fix(defect, github)
    link_fix(defect, github, sha=BACKPORT, number=8, branch="release-9")
    fake.add_release("v9.1", DAYS[0], ["1"])
    fake.add_release("v10.0", DAYS[0], ["1", "2"])
    publish(github, fake, "v10.1", 1, ["1", "2", FIX])
    check(rocket)
    assert list_versions(defect) == [("v10.1", "Current")]
    publish(github, fake, "v9.2", 2, ["1", BACKPORT])
    check(rocket)
    assert list_versions(defect) == [("v10.1", "Current"), ("v9.2", "ESR")]
    publish(github, fake, "nightly", 2, ["1", FIX, BACKPORT])  # no line's tag
    check(rocket)
    assert len(list_versions(defect)) == 2


def test_a_branch_with_an_open_pull_request_is_not_fixed_yet(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    second = link_fix(defect, github, sha="", number=8, state="open", merged_at=None)
    publish(github, fake, "v1", 0, [FIX])
    check(rocket)
    assert list_versions(defect) == []
    second.state = "closed"
    second.save()
    recheck_releases(CodeLink.objects.get(number=7), at=NOON)
    CodeRelease.objects.update(is_due=True)
    check(rocket, days=1)
    assert list_versions(defect) == [("v1", "")]


def test_a_merge_that_is_reported_after_the_release_is_found(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    publish(github, fake, "v1", 1, [FIX])
    check(rocket)
    link = link_fix(defect, github, merged_at=parse_datetime(DAYS[0]))
    recheck_releases(link, at=LATER)
    check(rocket)
    assert list_versions(defect) == [("v1", "")]


def test_a_fix_of_a_merged_defect_releases_the_other_one(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    duplicate, original = report(rocket), report(rocket)
    link_fix(duplicate, github)
    me = rocket.level_two
    merge_defect(defect_id=duplicate.pk, into_id=original.pk, agent=me, at=NOON)
    publish(github, fake, "v1", 0, [FIX])
    check(rocket)
    assert (list_versions(duplicate), list_versions(original)) == ([], [("v1", "")])


def test_a_defect_that_a_person_ended_stays_ended(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    move(rocket, defect, "not_a_defect")
    publish(github, fake, "v1", 0, [FIX])
    check(rocket)
    assert list_versions(defect) == []


def test_a_release_noted_twice_is_one_and_a_later_tag_replaces_nothing(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    publish(github, fake, "v1", 0, [FIX])
    check(rocket)
    run = Defect.objects.get().stage_run
    note_release(github, Published("v1", "", NOON), at=LATER)
    CodeRelease.objects.update(is_due=True, next_try_at=NOON)
    check(rocket)
    assert CodeRelease.objects.count() == 1
    assert Defect.objects.get().stage_run == run


def test_a_host_that_is_down_for_a_day_delays_the_release_only(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    publish(github, fake, "v1", 0, [FIX])
    fake.is_down = True
    for hour in range(24):
        check_due_releases(desk_id=rocket.desk.pk, at=LATER + timedelta(hours=hour))
    assert list_versions(defect) == []
    assert CodeRelease.objects.get().problem
    fake.is_down = False
    check(rocket, days=1)
    assert list_versions(defect) == [("v1", "")]
    assert CodeRelease.objects.get().problem == ""


def test_a_rate_limit_is_waited_for(rocket: Cast, github: CodeHost, fake: HostFake) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    publish(github, fake, "v1", 0, [FIX])
    publish(github, fake, "v2", 1, [FIX, "2"])
    reset = int(LATER.timestamp()) + 600
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    fake.fail_next(403, headers, message="API rate limit exceeded for user ID 1.")
    check(rocket)
    times = CodeRelease.objects.values_list("next_try_at", flat=True)
    assert set(times) == {LATER + timedelta(seconds=601)}  # the limit is the repository's
    assert len(fake.asked) == 1
    check_due_releases(desk_id=rocket.desk.pk, at=LATER + timedelta(seconds=500))
    assert len(fake.asked) == 1
    check_due_releases(desk_id=rocket.desk.pk, at=LATER + timedelta(seconds=602))
    assert list_versions(defect) == [("v1", "")]


def test_gitlab_compares_too(rocket: Cast, gitlab: CodeHost, gitlab_fake: HostFake) -> None:
    defect = report(rocket)
    link_fix(defect, gitlab)
    gitlab_fake.add_release("v1", DAYS[0], ["1"])
    publish(gitlab, gitlab_fake, "v2", 1, ["1", FIX])
    check(rocket)
    assert list_versions(defect) == [("v2", "")]


def test_a_planned_release_counts_once_it_is_out(
    rocket: Cast, gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    """GitLab reports a release when it is created, also one with a later date."""
    defect = report(rocket)
    link_fix(defect, gitlab)
    out = LATER + timedelta(days=3)
    gitlab_fake.add_release("v2", out.isoformat(), [FIX])
    note_release(gitlab, Published("v2", "", out), at=NOON)
    assert (check(rocket, days=2), list_versions(defect)) == (0, [])
    recheck_releases(CodeLink.objects.get(), at=LATER)
    assert (check(rocket, days=2), list_versions(defect)) == (0, [])
    assert (check(rocket, days=3), list_versions(defect)) == (1, [("v2", "")])


def test_another_desk_is_not_touched(
    rocket: Cast, matter: Cast, github: CodeHost, fake: HostFake
) -> None:
    publish(github, fake, "v1", 0, [FIX])
    with desk_scope(matter.desk):
        assert check_due_releases(desk_id=matter.desk.pk, at=LATER) == 0


def test_a_commit_that_only_mentions_a_defect_does_not_release_it_before_its_fix(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github, kind="commit", number=None, branch="")
    pull = link_fix(defect, github, sha="", number=8, state="open", merged_at=None)
    publish(github, fake, "v1", 0, [FIX])
    check(rocket)
    assert list_versions(defect) == []
    pull.state = "closed"
    pull.save()
    CodeRelease.objects.update(is_due=True)
    check(rocket, days=1)
    assert list_versions(defect) == [("v1", "")]


def test_a_fix_that_a_person_found_wanting_is_not_announced(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github, merged_at=NOON - timedelta(hours=1))
    move(rocket, defect, "tested")
    move(rocket, defect, "confirmed")
    publish(github, fake, "v1", 0, [FIX])
    check(rocket)
    assert list_versions(defect) == []
    link_fix(defect, github, sha=BACKPORT, number=9, merged_at=LATER + timedelta(hours=1))
    publish(github, fake, "v2", 1, [FIX, BACKPORT])
    check(rocket, days=1)
    assert list_versions(defect) == [("v2", "")]


def test_the_next_fix_is_released_after_the_first_one_was_set_back(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github, merged_at=NOON - timedelta(hours=1))
    publish(github, fake, "v1", 0, [FIX])
    check(rocket)
    assert list_versions(defect) == [("v1", "")]
    move(rocket, defect, "confirmed", at=LATER)
    link_fix(defect, github, sha=BACKPORT, number=9, merged_at=LATER + timedelta(hours=1))
    publish(github, fake, "v2", 1, [FIX, BACKPORT])
    check(rocket, days=1)
    assert list_versions(defect) == [("v2", "")]
    assert Defect.objects.get(pk=defect.pk).stage == "released"


def test_the_first_releases_after_a_late_merge_are_compared_again(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    fix = link_fix(report(rocket), github)
    CodeRelease.objects.bulk_create(
        CodeRelease(
            desk=rocket.desk, host=github, tag=f"v{day}", is_due=False, next_try_at=NOON,
            published_at=NOON + timedelta(days=day),
        )
        for day in range(1, 13)
    )  # fmt: skip
    recheck_releases(fix, at=LATER)
    due = CodeRelease.objects.filter(is_due=True).order_by("published_at")
    assert list(due.values_list("tag", flat=True)) == [f"v{day}" for day in range(1, 11)]


def test_a_release_with_the_first_of_two_merges_is_not_the_fix(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    link_fix(defect, github, sha=BACKPORT, number=8, merged_at=LATER)
    publish(github, fake, "v1", 0, [FIX])
    check(rocket)
    assert list_versions(defect) == []
    publish(github, fake, "v2", 1, [FIX, BACKPORT])
    check(rocket, days=1)
    assert list_versions(defect) == [("v2", "")]


def test_a_list_of_releases_that_cannot_be_read_delays_no_other(
    rocket: Cast, github: CodeHost, gitlab: CodeHost, fake: HostFake, gitlab_fake: HostFake
) -> None:
    defect = report(rocket)
    link_fix(defect, github)
    link_fix(defect, gitlab, number=8)
    fake.add_release("odd", "soon", [])
    publish(github, fake, "v1", 0, [FIX])
    publish(gitlab, gitlab_fake, "v2", 1, [FIX])
    check(rocket)
    assert list_versions(defect) == [("v2", "")]
    odd = CodeRelease.objects.get(host=github)
    assert odd.is_due
    assert odd.problem
