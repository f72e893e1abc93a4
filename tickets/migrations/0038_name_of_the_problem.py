"""A plainer name for a field; no change of the tables."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0037_plainer_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='troubleshootingrecord',
            name='problem',
            field=models.TextField(blank=True, default='', verbose_name='problem'),
        ),
    ]
