from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_contact_may_log_in")]

    operations = [
        migrations.AddField("user", "language", models.CharField(blank=True, default="", max_length=10)),
        migrations.AddField("user", "time_zone", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddField("contact", "language", models.CharField(blank=True, default="", max_length=10)),
    ]
