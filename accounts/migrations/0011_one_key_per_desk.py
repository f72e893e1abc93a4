from django.db import migrations

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Drops the keys of the desk itself that another key makes redundant.
    atomic = False

    dependencies = [
        ("accounts", "0010_email_source_days"),
    ]

    operations = [
        KeysWithinDesk(
            "CrmPull",
            "CrmLink",
            "CrmSetAside",
            "CrmMark",
            "AccountDomain",
            "AccountProduct",
            "AgentDepartment",
            "GroupRole",
            "Identity",
            "PlanProduct",
        ),
    ]
