"""Upgrades of the databases that earlier versions left behind.

`*.sql` are dumps of their schemas: `pg_dump --schema-only --no-owner` without comments and SET,
and the names of the migrations that had made them. They never change; each release adds its own.
"""
