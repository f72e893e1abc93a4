import uuid

from django.db import migrations, models

from accounts.versions import CreateVersionFunctions, NewVersionOnChange


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_help_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="desk",
            name="config_version",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        CreateVersionFunctions(),
        NewVersionOnChange("accounts_agent"),
        NewVersionOnChange("accounts_agentdepartment"),
        NewVersionOnChange("accounts_department"),
    ]
