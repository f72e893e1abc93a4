"""Regions; where agents live and how much they take; when a desk counts them as missing."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.versions import NewVersionOnChange
from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0016_departments_and_countries"),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='capacity',
            field=models.PositiveSmallIntegerField(blank=True, help_text="The most work that is assigned automatically: the sum of the weights of the open tickets. Leave empty for the desk's default.", null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='capacity'),
        ),
        migrations.AddField(
            model_name='agent',
            name='country',
            field=models.CharField(blank=True, default='', help_text="Shifts are off on this country's public holidays.", max_length=2, verbose_name='country'),
        ),
        migrations.AddField(
            model_name='agent',
            name='subdivision',
            field=models.CharField(blank=True, default='', help_text='Its code, such as SP for São Paulo, for holidays that only it observes.', max_length=10, verbose_name='state or province'),
        ),
        migrations.AddField(
            model_name='desk',
            name='idle_minutes',
            field=models.PositiveSmallIntegerField(default=0, help_text='An agent who is on shift and opens no page for this long gets no new tickets until they are active again. 0 never counts anyone as away.', validators=[django.core.validators.MaxValueValidator(480)], verbose_name='minutes until an agent counts as away'),
        ),
        migrations.AddField(
            model_name='desk',
            name='missing_minutes',
            field=models.PositiveSmallIntegerField(default=15, help_text='Leads are notified once if an agent is not active this long after their shift began. 0 notifies nobody.', validators=[django.core.validators.MaxValueValidator(480)], verbose_name='minutes until a missing agent is reported'),
        ),
        migrations.AddField(
            model_name='desk',
            name='quiet_minutes',
            field=models.PositiveSmallIntegerField(default=0, help_text='Agents get no new tickets in the last minutes before their shift ends or their leave begins. 0 assigns until the end.', validators=[django.core.validators.MaxValueValidator(480)], verbose_name='minutes without new tickets before a shift ends'),
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='time zone')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Regions are listed, and hand work on, in this order.', verbose_name='position')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'region',
                'verbose_name_plural': 'regions',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.AddField(
            model_name='agent',
            name='region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agents', to='accounts.region', verbose_name='region'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='region_name_unique'),
        ),
        WallOff("accounts_region"),
        KeysWithinDesk("Region", "Agent"),
        NewVersionOnChange("accounts_region"),
    ]
