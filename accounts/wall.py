"""Migration operations that build the wall: roles, grants and row-level security.

Every migration that creates a table with a desk ends in ``WallOff(...)`` for it; tests/wall checks
that none is missing.
"""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

from accounts.tenancy import APP_ROLE, DESK_SETTING, SYSTEM_ROLE

CREATE_ROLES = f"""
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['{APP_ROLE}', '{SYSTEM_ROLE}'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    IF NOT pg_has_role(current_user, wanted, 'USAGE') THEN
      EXECUTE format('GRANT %I TO %I', wanted, current_user);
    END IF;
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO {APP_ROLE}, {SYSTEM_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}, {SYSTEM_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}, {SYSTEM_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE}, {SYSTEM_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE}, {SYSTEM_ROLE};
"""


class CreateRoles(RunSQL):
    """Create the application's and the system role, and grant them all present and future tables.

    The database login needs CREATEROLE, or the two roles must already exist and be granted to it.
    """

    def __init__(self) -> None:
        super().__init__(CREATE_ROLES, RunSQL.noop)


class WallOff(RunSQL):
    """Force row-level security: the application's role sees only the entered desk's rows.

    column: the column with the desk's ID. append_only: the application's role can add rows but not
    change or delete them (events, audit entries).
    """

    reversible = True

    def __init__(self, table: str, column: str = "desk_id", append_only: bool = False) -> None:
        self.args = (table, column, append_only)
        mine = f"{column} = NULLIF(current_setting('{DESK_SETTING}', true), '')::bigint"
        statements = [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY desk_wall ON "{table}" TO {APP_ROLE}'
            f" USING ({mine}) WITH CHECK ({mine})",
            f'CREATE POLICY system_sweep ON "{table}" TO {SYSTEM_ROLE}'
            " USING (true) WITH CHECK (true)",
        ]
        if append_only:
            statements.append(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {APP_ROLE}')
        undo = [
            f'DROP POLICY desk_wall ON "{table}"',
            f'DROP POLICY system_sweep ON "{table}"',
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        ]
        super().__init__(";\n".join(statements), ";\n".join(undo))

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (type(self).__qualname__, list(self.args), {})
