"""Looking for words in every table, column and file of the installation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

from accounts.tenancy import system_scope

COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
  AND data_type IN (
    'text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'tsvector', 'ARRAY'
  )
"""


def find_in_tables(words: Iterable[str]) -> list[str]:
    """Return "table.column: hits" for every column that can hold words, in all desks.

    Runs as the system role; row-level security is forced on the owner too, who would see no rows.
    """
    hits = []
    with system_scope("search every table in a test"), connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column, kind in cursor.fetchall():
            as_text = "encode({}, 'escape')" if kind == "bytea" else "{}::text"
            query = sql.SQL(f"SELECT count(*) FROM {{}} WHERE {as_text} ~* %s").format(
                sql.Identifier(table), sql.Identifier(column)
            )
            cursor.execute(query, ["|".join(words)])
            [count] = cursor.fetchone()
            if count or (kind == "bytea" and _is_encoded_in(cursor, table, column, words)):
                hits.append(f"{table}.{column}")
    return sorted(hits)


def _is_encoded_in(cursor: Any, table: str, column: str, words: Iterable[str]) -> bool:
    """Look into raw email as its reader would: into base64, quoted-printable and encoded words."""
    rows = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
    cursor.execute(rows)
    pattern = re.compile("|".join(words), re.IGNORECASE)
    return any(pattern.search(_decode(bytes(raw))) for (raw,) in cursor.fetchall() if raw)


def _decode(raw: bytes) -> str:
    mail = message_from_bytes(raw, policy=default)
    headers = [str(value) for value in mail.values()]
    parts = [part.get_payload(decode=True) or b"" for part in mail.walk()]
    return "\n".join([*headers, *(part.decode("utf-8", "replace") for part in parts)])


def find_in_files(words: Iterable[str], folder: Path) -> list[str]:
    """Files below a folder that hold one of the words, in any case, by content or name."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and any(w.encode() in path.read_bytes().lower() or w in path.name.lower() for w in words)
    )
