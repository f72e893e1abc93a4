"""Store the row of an audit entry in columns: an index serves them under row-level security."""

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform

# One statement for both, so that the table is rewritten only once.
ADD = """
ALTER TABLE accounts_auditentry
  ADD COLUMN about_model text GENERATED ALWAYS AS (detail ->> 'model') STORED,
  ADD COLUMN about_pk text GENERATED ALWAYS AS (detail ->> 'pk') STORED
"""
REMOVE = "ALTER TABLE accounts_auditentry DROP COLUMN about_model, DROP COLUMN about_pk"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0040_oauth_use")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ADD, REMOVE)],
            state_operations=[
                migrations.AddField(
                    model_name="auditentry",
                    name=f"about_{key}",
                    field=models.GeneratedField(
                        db_persist=True,
                        expression=KeyTextTransform(key, "detail"),
                        output_field=models.TextField(null=True),
                    ),
                )
                for key in ("model", "pk")
            ],
        ),
    ]
