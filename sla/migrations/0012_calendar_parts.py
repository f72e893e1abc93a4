"""Breaks, date exceptions, sources of holidays, and the versions of calendars."""

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE
from accounts.wall import KeysWithinDesk, WallOff

# The hours of each calendar as they are, since no earlier version was kept.
FIRST_VERSIONS = f"""
SET ROLE {SYSTEM_ROLE};
INSERT INTO sla_calendarversion (desk_id, calendar_id, version, created_at, hours)
SELECT c.desk_id, c.id, c.version, now(), jsonb_build_object(
  'time_zone', c.time_zone,
  'windows', coalesce(w.windows, '[]'),
  'breaks', '[]'::jsonb,
  'holidays', coalesce(h.days, '[]'),
  'exceptions', '{{}}'::jsonb,
  'names', coalesce(h.names, '{{}}'))
FROM sla_calendar c
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_array(each.weekday, each.opens, each.closes)
    ORDER BY each.weekday, each.opens, each.closes) AS windows
  FROM (
    SELECT weekday, start_minute AS opens, end_minute AS closes FROM sla_calendarwindow
    WHERE calendar_id = c.id AND NOT c.is_always_open
    UNION ALL SELECT day, 0, 1440 FROM generate_series(0, 6) AS day WHERE c.is_always_open
  ) each
) w ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(date ORDER BY date) AS days,
    jsonb_object_agg(date, name) FILTER (WHERE name <> '') AS names
  FROM sla_holiday WHERE calendar_id = c.id AND NOT c.is_always_open
) h ON true;
SET ROLE NONE;
"""
# A version goes with its calendar only, and the application's role can delete none itself.
DELETE_WITH_CALENDAR = """
ALTER TABLE sla_calendarversion DROP CONSTRAINT sla_calendarversion_calendar_id_same_desk,
  ADD CONSTRAINT sla_calendarversion_calendar_id_same_desk FOREIGN KEY (desk_id, calendar_id)
    REFERENCES sla_calendar (desk_id, id) ON DELETE CASCADE
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_plain_texts'),
        ('sla', '0011_clock_once'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarBreak',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], help_text='Leave empty for every day.', null=True, verbose_name='weekday')),
                ('start_minute', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(1439)], verbose_name='from')),
                ('end_minute', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='until')),
            ],
            options={
                'verbose_name': 'break',
                'verbose_name_plural': 'breaks',
                'ordering': ['weekday', 'start_minute'],
            },
        ),
        migrations.CreateModel(
            name='CalendarException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='date')),
                ('last_date', models.DateField(blank=True, help_text='Leave empty for a single day.', null=True, verbose_name='last date')),
                ('start_minute', models.PositiveSmallIntegerField(blank=True, help_text='Leave both times empty for a closed day.', null=True, validators=[django.core.validators.MaxValueValidator(1439)], verbose_name='opens')),
                ('end_minute', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='closes')),
                ('name', models.CharField(blank=True, default='', max_length=80, verbose_name='name')),
            ],
            options={
                'verbose_name': 'date exception',
                'verbose_name_plural': 'date exceptions',
                'ordering': ['date', 'start_minute'],
            },
        ),
        migrations.CreateModel(
            name='CalendarVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('hours', models.JSONField(verbose_name='hours')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
            ],
            options={
                'verbose_name': 'calendar version',
                'verbose_name_plural': 'calendar versions',
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='HolidaySource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('country', 'Public holidays of a country'), ('yearly', 'The same date every year'), ('weekday', 'A weekday of a month, every year'), ('feed', 'iCalendar feed')], max_length=8, verbose_name='kind')),
                ('name', models.CharField(blank=True, default='', max_length=80, verbose_name='name')),
                ('country', models.CharField(blank=True, default='', max_length=2, verbose_name='country')),
                ('region', models.CharField(blank=True, default='', max_length=24, verbose_name='region')),
                ('month', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'January'), (2, 'February'), (3, 'March'), (4, 'April'), (5, 'May'), (6, 'June'), (7, 'July'), (8, 'August'), (9, 'September'), (10, 'October'), (11, 'November'), (12, 'December')], null=True, verbose_name='month')),
                ('day', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='day')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], null=True, verbose_name='weekday')),
                ('nth', models.SmallIntegerField(blank=True, choices=[(1, 'First'), (2, 'Second'), (3, 'Third'), (4, 'Fourth'), (-1, 'Last')], null=True, verbose_name='which')),
                ('url', models.URLField(blank=True, default='', max_length=1000, verbose_name='URL')),
                ('checked_at', models.DateTimeField(editable=False, null=True, verbose_name='last checked')),
                ('failing_since', models.DateTimeField(editable=False, null=True, verbose_name='failing since')),
                ('error', models.CharField(blank=True, default='', editable=False, max_length=40)),
                ('error_data', models.JSONField(default=dict, editable=False, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('skipped', models.PositiveIntegerField(default=0, editable=False, verbose_name='skipped events')),
                ('known_until', models.DateField(editable=False, null=True, verbose_name='known until')),
            ],
            options={
                'verbose_name': 'holiday source',
                'verbose_name_plural': 'holiday sources',
                'ordering': ['id'],
            },
        ),
        migrations.AlterModelOptions(
            name='holiday',
            options={'ordering': ['date', 'id'], 'verbose_name': 'holiday', 'verbose_name_plural': 'holidays'},
        ),
        migrations.RemoveConstraint(
            model_name='holiday',
            name='holiday_once',
        ),
        migrations.AddField(
            model_name='calendar',
            name='warned_until',
            field=models.DateField(editable=False, help_text='The end of known holidays that admins were emailed about last.', null=True),
        ),
        migrations.AddField(
            model_name='holiday',
            name='category',
            field=models.CharField(blank=True, default='', editable=False, max_length=20, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='holiday',
            name='is_active',
            field=models.BooleanField(default=True, verbose_name='closed'),
        ),
        migrations.AddField(
            model_name='calendarbreak',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='breaks', to='sla.calendar', verbose_name='calendar'),
        ),
        migrations.AddField(
            model_name='calendarbreak',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='calendarexception',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='sla.calendar', verbose_name='calendar'),
        ),
        migrations.AddField(
            model_name='calendarexception',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='calendarversion',
            name='calendar',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='sla.calendar'),
        ),
        migrations.AddField(
            model_name='calendarversion',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='holidaysource',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holiday_sources', to='sla.calendar', verbose_name='calendar'),
        ),
        migrations.AddField(
            model_name='holidaysource',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='holiday',
            name='source',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='sla.holidaysource', verbose_name='source'),
        ),
        migrations.AddConstraint(
            model_name='holiday',
            constraint=models.UniqueConstraint(fields=('calendar', 'date', 'source'), name='holiday_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='calendarexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_minute__isnull', True), ('start_minute__isnull', True)), models.Q(('end_minute__isnull', False), ('start_minute__isnull', False)), _connector='OR'), name='exception_both_times', violation_error_message='Enter both times, or leave both empty for a closed day.'),
        ),
        migrations.AddConstraint(
            model_name='calendarexception',
            constraint=models.CheckConstraint(condition=models.Q(('last_date__isnull', True), ('last_date__gte', models.F('date')), _connector='OR'), name='exception_span', violation_error_message='The last date must not be before the date.'),
        ),
        migrations.AddConstraint(
            model_name='calendarversion',
            constraint=models.UniqueConstraint(fields=('calendar', 'version'), name='calendar_version_once'),
        ),
        WallOff("sla_calendarbreak"),
        WallOff("sla_calendarexception"),
        WallOff("sla_holidaysource"),
        WallOff("sla_calendarversion", append_only=True),
        KeysWithinDesk(
            "CalendarBreak", "CalendarException", "HolidaySource", "CalendarVersion", "Holiday"
        ),
        migrations.RunSQL(FIRST_VERSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(DELETE_WITH_CALENDAR, migrations.RunSQL.noop),
    ]
