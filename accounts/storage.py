"""A migration operation that sets how PostgreSQL stores and vacuums a table."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL


class SetStorage(RunSQL):
    """Set storage parameters of a table, such as fillfactor. Undoing it resets them."""

    reversible = True

    def __init__(self, table: str, **parameters: float) -> None:
        self.args, self.parameters = (table,), parameters
        given = ", ".join(f"{name} = {value}" for name, value in parameters.items())
        super().__init__(
            f"ALTER TABLE {table} SET ({given})",
            f"ALTER TABLE {table} RESET ({', '.join(parameters)})",
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (type(self).__qualname__, list(self.args), dict(self.parameters))
