"""Indexes go that a unique key covers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_fewer_indexes'),
        ('sla', '0006_deadlines'),
    ]

    operations = [
        migrations.AlterField(
            model_name='holiday',
            name='calendar',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='sla.calendar'),
        ),
        migrations.AlterField(
            model_name='target',
            name='plan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='accounts.plan', verbose_name='plan'),
        ),
    ]
