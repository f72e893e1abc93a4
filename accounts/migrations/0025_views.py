"""Keyboard shortcuts that a person has changed or turned off."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0024_handles")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="shortcuts",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text=(
                    "Keys that differ from the defaults. An empty key turns its shortcut off."
                ),
                verbose_name="keyboard shortcuts",
            ),
        ),
    ]
