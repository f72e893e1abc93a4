import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import WallOff


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_desk_logo"),
        ("tickets", "0004_queue_by_deadline"),
    ]

    operations = [
        migrations.CreateModel(
            name="NewTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "upto",
                    models.BigIntegerField(
                        help_text="The id of the account's newest ticket when the terms changed."
                    ),
                ),
                (
                    "reached",
                    models.BigIntegerField(default=0, help_text="The id of the last ticket that followed."),
                ),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.desk",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "new terms",
            },
        ),
        WallOff("tickets_newterms"),
    ]
