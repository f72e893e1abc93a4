"""Nothing is missing: every model change has a migration, and every template compiles."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.template import engines

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.*")
)


@pytest.mark.django_db
def test_every_model_change_has_a_migration(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", check_changes=True, dry_run=True)
    assert "No changes detected" in capsys.readouterr().out


def test_every_template_compiles() -> None:
    assert TEMPLATES
    for name in TEMPLATES:
        engines["django"].get_template(name)
