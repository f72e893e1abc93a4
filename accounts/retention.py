"""How long a desk keeps rows: the days that its admin set."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Value

DAY = Value(timedelta(days=1), DurationField())


def get_limit(days: str, at: datetime) -> ExpressionWrapper:
    """Return the time before which a row of a desk is too old. days: the field of the desk."""
    kept = ExpressionWrapper(F(f"desk__{days}") * DAY, DurationField())
    return ExpressionWrapper(Value(at, DateTimeField()) - kept, DateTimeField())
