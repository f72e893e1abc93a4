"""A comment instead of a help text that no form shows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sla', '0013_leftovers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='calendar',
            name='warned_until',
            field=models.DateField(editable=False, null=True),
        ),
    ]
