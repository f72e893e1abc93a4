from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE

# The rule moves from the desk to its plans, which keep what the desk said.
COPY = f"""
SET ROLE {SYSTEM_ROLE};
UPDATE accounts_plan p SET only_points_of_contact = true
  FROM accounts_desk d WHERE d.id = p.desk_id AND d.only_points_of_contact;
RESET ROLE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_person_removed'),
    ]

    operations = [
        migrations.AddField(
            model_name='plan',
            name='only_points_of_contact',
            field=models.BooleanField(default=False, help_text="Only an account's points of contact and managers can open tickets in the portal.", verbose_name='only points of contact open tickets'),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='desk',
            name='only_points_of_contact',
        ),
    ]
