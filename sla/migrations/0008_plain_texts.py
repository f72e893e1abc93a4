"""A clearer help text for deadlines."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0007_fewer_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="deadline",
            name="warn_at",
            field=models.DateTimeField(help_text="Empty after the warning was sent.", null=True),
        ),
    ]
