"""Plainer words for choices and help texts; no change of the tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0014_calendar_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="replan",
            name="scope",
            field=models.CharField(
                choices=[("new", "New tickets only"), ("open", "New and open tickets")],
                max_length=4,
                verbose_name="applies to",
            ),
        ),
    ]
