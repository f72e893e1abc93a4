"""Base class of the import and export resources of one desk (django-import-export).

Related rows are looked up once, so 10,000 lines take a handful of queries. A line that changes
nothing writes nothing; an invalid line reports why and does not stop the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource
from tablib import Dataset

from accounts.audit import record_audits
from accounts.import_export.files import quote_cell
from accounts.models import AuditAction, Desk, User


class TableMeta:
    """Options of all resources: bulk writes, unchanged rows skipped."""

    use_bulk = True
    batch_size = 1000
    skip_diff = True  # a diff copies each row with its related rows; `skip_row` compares less
    report_skipped = False
    store_row_values = False
    instance_loader_class = CachedInstanceLoader


class TableResource(ModelResource):
    """Rows of a desk. Subclasses name their key and validate their rows."""

    key: ClassVar[str]
    optional: ClassVar[tuple[str, ...]] = ()  # columns that a blank cell leaves unchanged

    def __init__(
        self, *, desk: Desk, at: datetime | None = None, by: User | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.desk, self.at, self.by = desk, at, by
        self.seen: set[Any] = set()
        # The stored values of the current line's row; None for a new row.
        self.before: dict[str, Any] | None = None

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the columns of the table, in order."""
        return tuple(cls._meta.fields)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(desk=self.desk)

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        key = self.fields[self.key].clean(row)
        if not key:
            raise ValidationError({self.key: gettext("This cell must not be empty.")})
        if key in self.seen:
            text = gettext("“%(key)s” is already on an earlier line.")
            raise ValidationError({self.key: text % {"key": key}})
        self.seen.add(key)
        for name in self.optional:
            if not str(row.get(name) or "").strip():
                row.pop(name, None)

    def after_init_instance(
        self, instance: Any, new: bool, row: dict[str, Any], **kwargs: Any
    ) -> None:
        self.before = None if new else self._values(instance)
        if new:
            instance.desk = self.desk

    def skip_row(
        self,
        instance: Any,
        original: Any,
        row: dict[str, Any],
        import_validation_errors: Any = None,
    ) -> bool:
        return not import_validation_errors and self.before == self._values(instance)

    def _values(self, instance: Any) -> dict[str, Any]:
        attnames = {field.name: field.attname for field in instance._meta.concrete_fields}
        return {name: getattr(instance, attnames[name]) for name in self.columns()}

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Validate the fields without queries; uniqueness follows from the looked-up rows."""
        errors = dict(import_validation_errors or {})
        related = [field.name for field in instance._meta.concrete_fields if field.is_relation]
        try:
            instance.clean_fields(exclude={*related, *errors})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        """Do nothing: the library would set the sequence to the highest id of this desk alone."""

    def audit(
        self, action: AuditAction, changed: Iterable[tuple[str, Model, dict[str, Any]]]
    ) -> None:
        """Write an audit entry for each (name, row, new values)."""
        about = [(row, target, {"source": "csv", **facts}) for target, row, facts in changed]
        record_audits(desk=self.desk, by=self.by, action=action, about=about)

    def look_up(self, field: str, rows: QuerySet, by: str) -> None:
        """Set the rows that the cells of a column may name."""
        names = (by, "pk")
        keyed = dict(rows.values_list(*names))
        found = {row.pk: row for row in rows}
        self.fields[field].widget.rows = {name: found[pk] for name, pk in keyed.items()}

    def export_field(self, field: Field, instance: Model, **kwargs: Any) -> str:
        return quote_cell(str(super().export_field(field, instance, **kwargs)))
