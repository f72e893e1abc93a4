"""Since when a search document is outdated, for the age of the oldest work."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0014_archive")]

    operations = [
        migrations.AddField(
            model_name="searchrefresh",
            name="marked_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
    ]
