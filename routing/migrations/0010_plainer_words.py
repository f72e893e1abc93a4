"""Plainer words for choices and help texts; no change of the tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0009_clearer_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dryrunrow",
            name="state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Predicted"),
                    ("closed", "Closed, not changed"),
                    ("applied", "Applied"),
                    ("changed", "Changed in the meantime, not applied"),
                    ("failed", "Failed, not applied"),
                ],
                default="",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="rule",
            name="position",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Rules are tried in this order.", verbose_name="position"
            ),
        ),
    ]
