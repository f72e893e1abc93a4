"""A clearer help text for when the source of an email is deleted."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels_intake", "0010_fewer_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="inboundmessage",
            name="raw_deleted_at",
            field=models.DateTimeField(
                help_text="Desks keep the raw source of an email for a limited time.",
                null=True,
                verbose_name="source deleted at",
            ),
        ),
    ]
