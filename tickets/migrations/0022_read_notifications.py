from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Retention finds what was read long ago.
    atomic = False

    dependencies = [
        ('accounts', '0012_notification_days'),
        ('tickets', '0021_search_blocks'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(condition=models.Q(('read_at__isnull', False)), fields=['desk', 'read_at'], name='notification_read'),
        ),
    ]
