"""Tries to hand a notification over to team chat are counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0064_side_participants")]

    operations = [
        migrations.AddField(
            model_name="notificationchat",
            name="attempts",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="attempts"
            ),
        )
    ]
