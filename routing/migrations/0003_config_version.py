from django.db import migrations

from accounts.versions import NewVersionOnChange


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0002_keys_within_desk"),
        ("accounts", "0009_config_version"),
    ]

    operations = [
        NewVersionOnChange("routing_shift"),
        NewVersionOnChange("routing_rotation", column="is_away"),
    ]
