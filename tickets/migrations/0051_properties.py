"""A desk's own fields of tickets, snoozed tickets, and time spent."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff

WRITE_VALUES = r"""
CREATE FUNCTION write_field_values() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM tickets_fieldvalue WHERE ticket_id = NEW.id;
  IF jsonb_typeof(NEW.fields) = 'object' THEN
    INSERT INTO tickets_fieldvalue (desk_id, ticket_id, field_id, text, number, day, sorted_as)
    SELECT NEW.desk_id, NEW.id, f.id, left(given.value, 200),
      CASE WHEN f.kind = 'number' AND given.value ~ '^-?[0-9]{1,14}(\.[0-9]{1,4})?$'
        THEN given.value::numeric END,
      CASE WHEN f.kind = 'date' AND given.value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
        THEN given.value::date END,
      CASE WHEN f.kind = 'version' THEN coalesce((
        SELECT left(string_agg(lpad(part.number, 8, '0'), '.' ORDER BY part.place), 80)
        FROM unnest(string_to_array(substring(given.value from '^[0-9]+(?:\.[0-9]+)*'), '.'))
          WITH ORDINALITY part (number, place)
      ), '') ELSE '' END
    FROM jsonb_each_text(NEW.fields) given
    JOIN tickets_formfield f ON f.desk_id = NEW.desk_id AND f.key = given.key
    WHERE given.value <> '';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ticket_field_values AFTER INSERT ON tickets_ticket
  FOR EACH ROW WHEN (NEW.fields <> '{}'::jsonb) EXECUTE FUNCTION write_field_values();
CREATE TRIGGER ticket_field_values_changed AFTER UPDATE OF fields ON tickets_ticket
  FOR EACH ROW WHEN (OLD.fields IS DISTINCT FROM NEW.fields) EXECUTE FUNCTION write_field_values();
"""
WRITE_NO_VALUES = """
DROP TRIGGER ticket_field_values ON tickets_ticket;
DROP TRIGGER ticket_field_values_changed ON tickets_ticket;
DROP FUNCTION write_field_values();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_handles"), ("tickets", "0050_replies")]

    operations = [
        migrations.AlterModelOptions(
            name='formfield',
            options={'ordering': ['position', 'id'], 'verbose_name': 'ticket field', 'verbose_name_plural': 'ticket fields'},
        ),
        migrations.AddField(
            model_name='formfield',
            name='department',
            field=models.ForeignKey(blank=True, help_text='Only for tickets of this department. Leave it empty for all.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department', verbose_name='department'),
        ),
        migrations.AddField(
            model_name='formfield',
            name='is_asked',
            field=models.BooleanField(db_default=True, default=True, help_text='Customers fill it in and see its value in the portal. If you clear this, only agents do. A field with a department, a product or a condition is for agents only.', verbose_name='in the request form'),
        ),
        migrations.AddField(
            model_name='formfield',
            name='is_retired',
            field=models.BooleanField(db_default=False, default=False, help_text="A retired field can no longer be filled in. Tickets keep their values. A field that has values can't be deleted.", verbose_name='retired'),
        ),
        migrations.AddField(
            model_name='formfield',
            name='product',
            field=models.ForeignKey(blank=True, help_text='Only for tickets about this product. Leave it empty for all.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.product', verbose_name='product'),
        ),
        migrations.AddField(
            model_name='formfield',
            name='required_for',
            field=models.CharField(blank=True, choices=[('investigating', 'At Investigation'), ('waiting', 'Waiting for Customer'), ('escalated', 'Escalated'), ('closed', 'Closed')], db_default='', default='', help_text="Agents can't change a ticket to this status until the field is filled in. Spam and duplicates can always be closed.", max_length=14, verbose_name='required for'),
        ),
        migrations.AddField(
            model_name='formfield',
            name='shown_if',
            field=models.ForeignKey(blank=True, help_text='Shown only if this other field has the value below.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.formfield', verbose_name='shown if'),
        ),
        migrations.AddField(
            model_name='formfield',
            name='shown_value',
            field=models.CharField(blank=True, db_default='', default='', help_text='For a checkbox: “yes” or “no”.', max_length=200, verbose_name='value of that field'),
        ),
        migrations.AlterField(
            model_name='formfield',
            name='is_required',
            field=models.BooleanField(default=False, help_text='In the request form.', verbose_name='required'),
        ),
        migrations.AlterField(
            model_name='formfield',
            name='kind',
            field=models.CharField(choices=[('text', 'One line of text'), ('long', 'Multiple lines of text'), ('number', 'Number'), ('date', 'Date'), ('select', 'One of the choices'), ('version', 'Version'), ('checkbox', 'Checkbox'), ('link', 'Link')], default='text', max_length=8, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='FieldValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200)),
                ('number', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('day', models.DateField(null=True)),
                ('sorted_as', models.CharField(db_default='', default='', max_length=80)),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('field', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='values', to='tickets.formfield')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='field_values', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'ticket field value',
                'verbose_name_plural': 'ticket field values',
                'indexes': [models.Index(fields=['field', 'text', 'ticket'], name='field_value_text'), models.Index(condition=models.Q(('number__isnull', False)), fields=['field', 'number', 'ticket'], name='field_value_number'), models.Index(condition=models.Q(('day__isnull', False)), fields=['field', 'day', 'ticket'], name='field_value_day'), models.Index(condition=models.Q(('sorted_as', ''), _negated=True), fields=['field', 'sorted_as', 'ticket'], name='field_value_version')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'field'), name='field_value_once')],
            },
        ),
        migrations.CreateModel(
            name='Snooze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(help_text='Empty: until the customer replies.', null=True, verbose_name='snoozed until')),
                ('created_at', models.DateTimeField()),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='snoozes', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='snoozes', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'snooze',
                'verbose_name_plural': 'snoozes',
                'indexes': [models.Index(fields=['agent', 'until', 'ticket'], name='snooze_of_agent')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'agent'), name='snooze_once')],
            },
        ),
        migrations.CreateModel(
            name='TimeEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('is_billable', models.BooleanField(default=False, verbose_name='billable')),
                ('created_at', models.DateTimeField(verbose_name='logged')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='time_entries', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'time entry',
                'verbose_name_plural': 'time entries',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['ticket', 'id'], name='time_of_ticket')],
            },
        ),
        WallOff("tickets_fieldvalue"),
        WallOff("tickets_snooze"),
        WallOff("tickets_timeentry"),
        KeysWithinDesk("FormField", "FieldValue", "Snooze", "TimeEntry"),
        migrations.RunSQL(WRITE_VALUES, WRITE_NO_VALUES),
    ]
