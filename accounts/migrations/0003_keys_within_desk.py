from django.db import migrations

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Unique indexes are built concurrently.
    atomic = False

    dependencies = [
        ("accounts", "0002_crm_reasons"),
    ]

    operations = [
        KeysWithinDesk(
            "CrmPull",
            "CrmLink",
            "CrmSetAside",
            "CrmMark",
            "Account",
            "AccountDomain",
            "AccountProduct",
            "Contact",
            "AgentDepartment",
            "GroupRole",
            "Identity",
            "Invitation",
            "PlanProduct",
        ),
    ]
