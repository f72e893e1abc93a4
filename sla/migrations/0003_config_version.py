from django.db import migrations

from accounts.versions import NewVersionOnChange


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0002_keys_within_desk"),
        ("accounts", "0009_config_version"),
    ]

    operations = [
        NewVersionOnChange("sla_target"),
        NewVersionOnChange("sla_calendar"),
    ]
