from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_notification_text_open_indexes")]

    operations = [
        migrations.AddField(
            "priority", "translations", models.JSONField(blank=True, default=dict, editable=False)
        ),
    ]
