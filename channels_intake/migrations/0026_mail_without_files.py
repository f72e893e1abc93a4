"""Emails that went without their files, because they were too large for the mail server."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels_intake", "0025_side_conversations")]

    operations = [
        migrations.AddField(
            model_name="outgoingemail",
            name="is_without_files",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="without files"
            ),
        )
    ]
