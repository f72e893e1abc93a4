"""`manage.py migrate` refuses a database that another version of Plumbline has migrated."""

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from accounts.tenancy import owner_scope
from helpdesk.management.commands.migrate import refuse_unknown_migrations


@pytest.mark.django_db
def test_a_database_of_this_version_is_accepted() -> None:
    with owner_scope():
        refuse_unknown_migrations()


@pytest.mark.django_db
def test_a_database_of_another_version_is_refused_with_a_way_out() -> None:
    with owner_scope():
        MigrationRecorder(connection).record_applied("tickets", "0007_from_elsewhere")
        with pytest.raises(CommandError, match=r"tickets\.0007_from_elsewhere.*delete its data"):
            refuse_unknown_migrations()


@pytest.mark.django_db
def test_migrations_of_other_packages_do_not_matter() -> None:
    with owner_scope():
        MigrationRecorder(connection).record_applied("mfa", "0099_from_elsewhere")
        refuse_unknown_migrations()
