"""A file is planned and applied: its changes, its order, its problems, and nothing else."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Region
from helpdesk.desk_files import applying
from helpdesk.desk_files.applying import (
    OutdatedPlanError,
    Plan,
    apply_file,
    get_fingerprint,
    plan_file,
    show_configuration,
)
from helpdesk.desk_files.reading import DeskFile, read_file
from helpdesk.desk_files.registry import SECTIONS
from helpdesk.desk_files.sections import MAX_ROWS
from helpdesk.desk_files.writing import write_yaml
from routing.models import Rule, Skill, Team
from sla.models import Calendar, CalendarVersion
from tests.cast import Cast
from tickets.errors import NotAllowedError

REGIONS = """
regions:
  - name: EMEA
    time_zone: Europe/Berlin
  - name: Americas
    time_zone: America/Sao_Paulo
skills:
  - name: Networks
teams:
  - name: Night shift
    region: EMEA
"""


def read(text: str) -> DeskFile:
    return read_file(dedent(text), is_toml=False)


def apply(cast: Cast, text: str, **options: Any) -> Plan:
    return apply_file(read(text), agent=cast.admin, **options)


def list_problems(plan: Plan) -> list[str]:
    return [f"{problem.line}: {problem}" for problem in plan.problems]


def test_a_plan_says_what_applying_does_and_saves_nothing(in_rocket: Cast) -> None:
    planned = plan_file(read(REGIONS), agent=in_rocket.admin)
    assert not Region.objects.exists()
    assert not AuditEntry.objects.exists()
    applied = apply(in_rocket, REGIONS)
    assert [str(change) for change in planned.changes] == [
        "regions: “EMEA” is added",
        "regions: “Americas” is added",
        "skills: “Networks” is added",
        "teams: “Night shift” is added",
    ]
    assert applied.changes == planned.changes
    assert list(Region.objects.values_list("name", flat=True)) == ["EMEA", "Americas"]
    assert Team.objects.get().region == Region.objects.get(name="EMEA")
    assert AuditEntry.objects.count() == 4


def test_what_is_applied_again_changes_nothing_and_leaves_no_audit_entry(in_rocket: Cast) -> None:
    apply(in_rocket, REGIONS)
    shown, count = write_yaml(show_configuration(in_rocket.admin)), AuditEntry.objects.count()
    versions = CalendarVersion.objects.count()
    again = apply(in_rocket, shown, prune=True)
    assert again.changes == []
    assert again.problems == []
    assert AuditEntry.objects.count() == count
    assert CalendarVersion.objects.count() == versions
    assert write_yaml(show_configuration(in_rocket.admin)) == shown


def test_a_field_that_the_file_lacks_stays(in_rocket: Cast) -> None:
    apply(in_rocket, REGIONS)
    changed = apply(in_rocket, "regions: [{name: EMEA, time_zone: Europe/Rome}]")
    [change] = changed.changes
    assert str(change) == "regions: “EMEA” changes"
    assert [str(each) for each in change.fields] == [
        'time_zone: "Europe/Berlin" becomes "Europe/Rome"'
    ]
    assert Region.objects.count() == 2
    assert Team.objects.get().region is not None


def test_a_row_is_renamed_in_place(in_rocket: Cast) -> None:
    apply(in_rocket, REGIONS)
    before = Region.objects.get(name="EMEA").pk
    plan = apply(in_rocket, "regions: [{name: Europe, was: EMEA}]")
    assert Region.objects.get(name="Europe").pk == before
    assert [change.action for change in plan.changes if change.section == "regions"] == ["renamed"]
    assert apply(in_rocket, "regions: [{name: Europe, was: EMEA}]").changes == []


def test_rows_follow_the_order_of_the_file_and_others_keep_their_places(in_rocket: Cast) -> None:
    apply(
        in_rocket, "regions: [" + ", ".join(f"{{name: {x}, time_zone: UTC}}" for x in "ABCD") + "]"
    )
    plan = apply(in_rocket, "regions: [{name: D}, {name: B}]")
    assert list(Region.objects.values_list("name", flat=True)) == ["A", "D", "C", "B"]
    assert [str(change) for change in plan.changes] == ["regions: the order changes to A, D, C, B"]


def test_rows_are_removed_only_on_request_and_not_while_used(in_rocket: Cast) -> None:
    apply(in_rocket, REGIONS)
    assert apply(in_rocket, "skills: []").changes == []
    assert Skill.objects.exists()
    apply(in_rocket, "skills: []", prune=True)
    assert not Skill.objects.exists()
    assert Region.objects.count() == 2  # sections that the file lacks stay
    refused = apply(in_rocket, "calendars: []", prune=True)
    [problem] = refused.problems
    assert str(problem) == "calendars.12x5: Other settings use this. Remove it there first."
    assert Calendar.objects.exists()


def test_calendars_and_rules_are_saved_with_their_versions(in_rocket: Cast) -> None:
    text = """
    calendars:
      - name: Berlin office
        time_zone: Europe/Berlin
        windows:
          - {weekday: 0, opens: "09:00", closes: "17:00"}
        sources:
          - {kind: country, country: DE, region: BE}
    rules:
      - name: Paid first
        conditions: [{kind: words, value: invoice, scope: subject}]
        actions: [{kind: department, value: Paid Support}]
    """
    assert apply(in_rocket, text).problems == []
    calendar = Calendar.objects.get(name="Berlin office")
    assert calendar.holidays.exists()
    assert Rule.objects.get().actions.get().department == in_rocket.departments["paid"]
    assert apply(in_rocket, text).changes == []


def test_problems_name_path_and_line_and_nothing_is_saved(in_rocket: Cast) -> None:
    text = """\
    regions:
      - name: EMEA
        time_zone: Europe/Berlin
      - name: Americas
        time_zone: America/Sao_Paolo
    teams:
      - name: Night
        regoin: EMEA
      - name: Day
        region: Mars
      - region: EMEA
    skils: []
    """
    plan = apply(in_rocket, text)
    assert list_problems(plan) == [
        "12: skils: This section is unknown. Did you mean “skills”?",
        "5: regions[1].time_zone: This time zone is unknown.",
        "8: teams[0].regoin: This field is unknown. Did you mean “region”?",
        "10: teams[1].region: Region “Mars” doesn't exist.",
        "11: teams[2].name: This is required to tell the rows apart.",
    ]
    assert not Region.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_plan_of_a_desk_that_changed_since_is_refused(in_rocket: Cast) -> None:
    planned = plan_file(read(REGIONS), agent=in_rocket.admin)
    assert planned.fingerprint == get_fingerprint(in_rocket.admin)
    apply(in_rocket, "skills: [{name: Other}]")
    with pytest.raises(OutdatedPlanError):
        apply(in_rocket, REGIONS, fingerprint=planned.fingerprint)
    assert not Region.objects.exists()


def test_only_admins_apply(in_rocket: Cast) -> None:
    with pytest.raises(NotAllowedError):
        apply_file(read(REGIONS), agent=in_rocket.lead)
    with pytest.raises(NotAllowedError):
        plan_file(read(REGIONS), agent=in_rocket.analyst)


def test_words_and_settings_of_the_desk(in_rocket: Cast) -> None:
    text = """
    desk:
      silence_days: 10
      warn_points: [90, 50]
      state_words: {new: New, solved: Solved}
      translations: {de: {state_words: {new: Neu}}}
    """
    plan = apply(in_rocket, text)
    assert plan.problems == []
    desk = type(in_rocket.desk).objects.get(pk=in_rocket.desk.pk)
    assert (desk.silence_days, desk.warn_points) == (10, [50, 90])
    assert desk.state_words == {"new": "New", "solved": "Solved"}
    assert desk.translations["de"]["state_words"] == {"new": "Neu"}
    assert apply(in_rocket, text).changes == []
    refused = apply(
        in_rocket,
        """\
        desk:
          reminder_days: 30
        """,
    )
    assert list_problems(refused) == [
        "2: desk.reminder_days: The reminder must come before the ticket closes."
    ]
    refused = apply(
        in_rocket,
        """\
        desk:
          time_zone: Mars/Base
          state_words: {nwe: New}
          translations: {tlh: {}}
          slug: other
        """,
    )
    assert [problem.path for problem in refused.problems] == ["desk.slug"]


def test_a_section_of_thousands_of_rows_is_refused_before_it_is_saved(in_rocket: Cast) -> None:
    rows = "\n".join(f"  - name: tag {number}" for number in range(MAX_ROWS + 1))
    plan = apply(in_rocket, f"tags:\n{rows}\n")
    assert [str(problem) for problem in plan.problems] == [
        "tags: A section can have at most 2000 rows."
    ]


def test_each_row_more_costs_the_same_statements(in_rocket: Cast) -> None:
    def count(size: int, name: str) -> int:
        rows = ", ".join(f"{{name: {name} {number}}}" for number in range(size))
        with CaptureQueriesContext(connection) as statements:
            apply(in_rocket, f"tags: [{rows}]")
        return len(statements)

    first, second, third = count(5, "a"), count(10, "b"), count(15, "c")
    assert third - second <= (second - first) * 1.2 + 5


def test_no_more_problems_are_looked_for_than_a_plan_shows(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []

    def suggest(sentence: str, given: str, known: object) -> str:
        looked_up.append(given)
        return sentence

    monkeypatch.setattr(applying, "suggest", suggest)
    fields = ", ".join(f"wrong{number}: 1" for number in range(5000))
    plan = apply(in_rocket, f"skills:\n  - {{name: A, {fields}}}\n  - {{name: B, {fields}}}\n")
    assert len(plan.problems) == applying.MAX_PROBLEMS == len(looked_up)
    sections = "\n".join(f"wrong{number}: []" for number in range(5000))
    assert len(apply(in_rocket, sections).problems) == applying.MAX_PROBLEMS
    assert len(looked_up) == 2 * applying.MAX_PROBLEMS


def test_rows_without_names_are_problems_in_every_section(in_rocket: Cast) -> None:
    names = {section.name for section in SECTIONS} - {"desk"}
    for row in ("x", "[x]", "{name: [x], stage: [x], plan: [x]}"):
        text = "\n".join(f"{name}: [{row}]" for name in names)
        plan = plan_file(read(text), agent=in_rocket.admin, prune=True)
        assert {problem.path.partition("[")[0] for problem in plan.problems} >= names


def test_an_unknown_stage_is_a_problem_of_its_line(in_rocket: Cast) -> None:
    [problem] = apply(in_rocket, "stages:\n  - stage: nowhere\n").problems
    assert (problem.path, problem.line) == ("stages[0].stage", 2)
    assert "released" in problem.text
