"""Extra shifts: times in which an agent works once, beside the weekly shifts."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.versions import NewVersionOnChange
from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_clearer_texts"),
        ("routing", "0011_activity_counts"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExtraShift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start_at", models.DateTimeField(verbose_name="start")),
                ("end_at", models.DateTimeField(verbose_name="end")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extra_shifts",
                        to="accounts.agent",
                        verbose_name="agent",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.agent",
                        verbose_name="entered by",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.desk",
                        verbose_name="desk",
                    ),
                ),
            ],
            options={
                "verbose_name": "extra shift",
                "verbose_name_plural": "extra shifts",
                "ordering": ["start_at", "id"],
                "indexes": [models.Index(fields=["desk", "end_at"], name="extra_shift_by_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end_at__gt", models.F("start_at"))),
                        name="extra_shift_has_length",
                    )
                ],
            },
        ),
        WallOff("routing_extrashift"),
        KeysWithinDesk("ExtraShift"),
        NewVersionOnChange("routing_extrashift"),
    ]
