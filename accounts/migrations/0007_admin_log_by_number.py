from django.db import migrations

# Entries named users by their name and emails by their subject, which outlived the person.
BY_NUMBER = "UPDATE django_admin_log SET object_repr = '#' || coalesce(object_id, '')"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_self_service_help"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [migrations.RunSQL(BY_NUMBER, migrations.RunSQL.noop)]
