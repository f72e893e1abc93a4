"""Every table stays small or has a retention rule, which jobs carry out."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from accounts.crm.history import delete_old_pulls
from accounts.models import CrmConnection, CrmPull, PullState
from accounts.tenancy import desk_scope
from helpdesk.tasks import sweep_old_pulls
from tests.cast import NOON, Cast
from tickets.models import SubmittedForm
from tickets.services import retention
from tickets.services.retention import delete_old_forms
from tickets.tasks import sweep_old_forms

DOCS = Path(__file__).parents[2] / "docs" / "operations.md"
DAY = timedelta(days=1)
# Tables of Django and its apps that hold a few rows of each user or model, or none.
NOT_OURS = ("account_", "auth_", "django_", "mfa_", "accounts_user_")

COVERED = """
SELECT i.indexrelid::regclass::text FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
JOIN pg_index o ON o.indrelid = i.indrelid AND o.indexrelid <> i.indexrelid
WHERE a.amname = 'btree' AND NOT i.indisunique AND i.indexprs IS NULL AND o.indexprs IS NULL
  AND i.indrelid::regclass::text ~ '^(accounts|channels_intake|routing|sla|tickets)_'
  AND (o.indkey::text || ' ') LIKE (i.indkey::text || ' %')
  AND i.indpred IS NULL AND o.indpred IS NULL
  AND (SELECT amname FROM pg_am WHERE oid = (SELECT relam FROM pg_class WHERE oid = o.indexrelid))
    = 'btree'
"""


def list_documented_tables() -> list[str]:
    section = DOCS.read_text().partition("## 9. Growth and retention")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [table for cell in cells for table in re.findall(r"`(\w+)`", cell)]


def test_every_table_has_its_rule_in_the_operations_guide() -> None:
    documented = list_documented_tables()
    ours = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.db_table.startswith(NOT_OURS)
    }
    assert ours - set(documented) == set()
    assert set(documented) - ours == {"django_session", "django_cache"}
    assert len(documented) == len(set(documented))


def test_jobs_carry_out_the_rules() -> None:
    for job in (
        "delete old notifications",
        "delete old form tokens",
        "delete old CRM pulls",
        "delete old calls",
        "delete old webhooks",
        "delete old drafts",
        "delete old absences and turns",
        "delete old sources of email",
        "archive deliveries by month",
        "delete expired rows",
    ):
        assert job in settings.CELERY_BEAT_SCHEDULE


def test_no_index_repeats_the_beginning_of_another(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COVERED)
        found = {name for (name,) in cursor.fetchall() if not name.startswith("accounts_user_")}
    assert found == set()


def test_old_rows_are_deleted_in_batches_at_every_desk(
    rocket: Cast, matter: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            for number, days in enumerate((500, 400, 91, 0)):
                SubmittedForm.objects.create(
                    desk=cast.desk,
                    token=f"form-{number}",
                    fingerprint="",
                    created_at=NOON - days * DAY,
                )
    with desk_scope(rocket.desk):
        assert delete_old_forms(desk_id=rocket.desk.pk, at=NOON) == 2
    assert sweep_old_forms() >= 1 + 3
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            assert list(SubmittedForm.objects.values_list("token", flat=True)) in ([], ["form-3"])


def test_old_pulls_are_deleted_except_the_latest_and_running_ones(in_rocket: Cast) -> None:
    connected = CrmConnection.objects.create(desk=in_rocket.desk, client_id="x")
    rows = [
        CrmPull.objects.create(
            desk=in_rocket.desk,
            connection=connected,
            state=PullState.DONE,
            started_at=NOON - days * DAY,
        )
        for days in (200, 91, 89)
    ]
    assert delete_old_pulls(desk_id=in_rocket.desk.pk, at=NOON) == 2
    assert list(CrmPull.objects.all()) == rows[2:]
    assert delete_old_pulls(desk_id=in_rocket.desk.pk, at=NOON + 900 * DAY) == 0
    assert sweep_old_pulls() == 0
