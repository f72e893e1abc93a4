"""The row that an audit entry is about, as columns: an index can serve them under row security."""

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform

# Both in one statement, which writes the table anew once.
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
