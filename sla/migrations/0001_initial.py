import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import WallOff


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('tickets', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('is_always_open', models.BooleanField(default=False, verbose_name='24x7')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'calendar',
                'verbose_name_plural': 'calendars',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='CalendarWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='weekday')),
                ('start_minute', models.PositiveSmallIntegerField(help_text='Minutes after midnight.', validators=[django.core.validators.MaxValueValidator(1439)], verbose_name='opens')),
                ('end_minute', models.PositiveSmallIntegerField(help_text='Minutes after midnight.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='closes')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='sla.calendar')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'opening hours',
                'verbose_name_plural': 'opening hours',
                'ordering': ['weekday', 'start_minute'],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calendar_version', models.PositiveIntegerField(verbose_name='calendar version')),
                ('target_minutes', models.PositiveIntegerField(verbose_name='target (minutes)')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('warn_at', models.DateTimeField(verbose_name='warning due')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('warned_at', models.DateTimeField(null=True, verbose_name='warned')),
                ('breached_at', models.DateTimeField(null=True, verbose_name='breached')),
                ('met_at', models.DateTimeField(null=True, verbose_name='met')),
                ('stopped_at', models.DateTimeField(help_text='The ticket was closed without a reply.', null=True, verbose_name='stopped')),
                ('calendar', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendar')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='clock', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'SLA clock',
                'verbose_name_plural': 'SLA clocks',
            },
        ),
        migrations.CreateModel(
            name='ClockEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('started', 'Started'), ('replanned', 'Rescheduled'), ('warned', 'Warned'), ('breached', 'Breached'), ('met', 'Met'), ('stopped', 'Stopped')], max_length=12, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('data', models.JSONField(default=dict, verbose_name='facts')),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='sla.clock')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'clock entry',
                'verbose_name_plural': 'clock entries',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='date')),
                ('name', models.CharField(blank=True, default='', max_length=80, verbose_name='name')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='sla.calendar')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'holiday',
                'verbose_name_plural': 'holidays',
                'ordering': ['date'],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_status', models.CharField(blank=True, choices=[('customer', 'Customer'), ('trial', 'Active trial'), ('potential', 'Potential customer'), ('potential_vip', 'Potential - VIP'), ('community', 'Community')], default='', help_text='Leave empty for every status.', max_length=14, verbose_name='account status')),
                ('minutes', models.PositiveIntegerField(help_text="Minutes of the calendar's business hours.", validators=[django.core.validators.MinValueValidator(1)], verbose_name='first response (minutes)')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='sla.calendar', verbose_name='calendar')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='accounts.plan', verbose_name='plan')),
                ('priority', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='tickets.priority', verbose_name='priority')),
            ],
            options={
                'verbose_name': 'SLA target',
                'verbose_name_plural': 'SLA targets',
                'ordering': ['plan__position', 'priority__rank', 'account_status'],
            },
        ),
        migrations.AddField(
            model_name='clock',
            name='target',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='sla.target'),
        ),
        migrations.AddConstraint(
            model_name='calendar',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='calendar_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='holiday',
            constraint=models.UniqueConstraint(fields=('calendar', 'date'), name='holiday_once'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('plan', 'priority', 'account_status'), name='target_once', violation_error_message='This plan already has a target for that priority and status.'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('breached_at__isnull', True), ('met_at__isnull', True), ('stopped_at__isnull', True)), fields=['due_at'], name='clock_due'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('breached_at__isnull', True), ('met_at__isnull', True), ('stopped_at__isnull', True), ('warned_at__isnull', True)), fields=['warn_at'], name='clock_to_warn'),
        ),
        WallOff("sla_calendar"),
        WallOff("sla_calendarwindow"),
        WallOff("sla_holiday"),
        WallOff("sla_target"),
        WallOff("sla_clock"),
        WallOff("sla_clockentry", append_only=True),
    ]
