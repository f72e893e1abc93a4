import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import WallOff


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_away', models.BooleanField(default=False, help_text='Gets no new tickets, even on shift.', verbose_name='away')),
                ('last_assigned_at', models.DateTimeField(null=True, verbose_name='last assigned')),
                ('agent', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rotation', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'rotation position',
                'verbose_name_plural': 'rotation positions',
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='weekday')),
                ('start_minute', models.PositiveSmallIntegerField(help_text='Minutes after midnight.', validators=[django.core.validators.MaxValueValidator(1439)], verbose_name='from')),
                ('end_minute', models.PositiveSmallIntegerField(help_text='Minutes after midnight.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='to')),
                ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'shift',
                'verbose_name_plural': 'shifts',
                'ordering': ['agent', 'weekday', 'start_minute'],
            },
        ),
        WallOff("routing_shift"),
        WallOff("routing_rotation"),
    ]
