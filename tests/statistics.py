"""Statistics of the planner, which depend on what autovacuum saw of other tests."""

from __future__ import annotations

from django.db import connection

FORGET_SIZES = """
SELECT pg_clear_relation_stats('public', c.relname) FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
"""
FORGET_VALUES = """
SELECT pg_clear_attribute_stats('public', c.relname, a.attname, false)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND a.attnum > 0 AND NOT a.attisdropped
"""


def forget_statistics() -> None:
    """Forget the sizes and values of all tables, in the current transaction.

    Autovacuum may have found a table empty, where every index costs the same, or full of another
    test's rows. A statement that is prepared then keeps its plan while the transaction fills the
    table. The planner takes a table without a known size for ten pages.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        [(role,)] = cursor.fetchall()
        cursor.execute("RESET ROLE")
        cursor.execute(FORGET_SIZES)
        cursor.execute(FORGET_VALUES)
        cursor.execute(f"SET ROLE {role}")
