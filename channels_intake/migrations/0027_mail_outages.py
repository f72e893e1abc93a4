"""Outages of the mail server, of which admins are told once."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0033_trainees"),
        ("channels_intake", "0026_mail_without_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailOutage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField(verbose_name="began at")),
                ("reason", models.TextField(verbose_name="reason")),
                ("told_at", models.DateTimeField(null=True, verbose_name="told at")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
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
                "verbose_name": "mail outage",
                "verbose_name_plural": "mail outages",
                "constraints": [
                    models.UniqueConstraint(fields=("desk",), name="mail_outage_once")
                ],
            },
        ),
        WallOff("channels_intake_mailoutage"),
        KeysWithinDesk("MailOutage"),
    ]
