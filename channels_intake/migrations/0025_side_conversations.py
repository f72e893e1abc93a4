"""Email of side conversations: to third parties, and what comes back to their reply addresses."""

import django.db.models.deletion
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models

import channels_intake.models.outgoing
from accounts.wall import KeysWithinDesk, WallOff

# As in 0009_unsent_mail; an agent waits for a side message as for a reply.
FUNCTION = """
CREATE OR REPLACE FUNCTION keep_unsent_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'queued' THEN
    INSERT INTO channels_intake_unsentmail (mail_id, desk_id, urgency, next_try_at)
    VALUES (NEW.id, NEW.desk_id, CASE {awaited} WHEN NEW.kind IN ('receipt', 'copy') THEN 1 ELSE 2
      END, NEW.next_try_at)
    ON CONFLICT (mail_id) DO UPDATE SET next_try_at = excluded.next_try_at;
  ELSE
    DELETE FROM channels_intake_unsentmail WHERE mail_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
"""
KEEP = FUNCTION.format(awaited="WHEN NEW.kind IN ('reply', 'phone', 'side') THEN 0")
KEEP_AS_BEFORE = FUNCTION.format(awaited="WHEN NEW.kind IN ('reply', 'phone') THEN 0")


class Migration(migrations.Migration):

    atomic = False  # for email: it is sent and received while this runs

    dependencies = [
        ('channels_intake', '0024_relations'),
        ('tickets', '0058_side_conversations'),
    ]

    operations = [
        migrations.CreateModel(
            name='SideReplyToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=channels_intake.models.outgoing.new_token, max_length=26)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='sidereplytoken',
            constraint=models.UniqueConstraint(fields=('token',), name='side_reply_token'),
        ),
        migrations.RemoveConstraint(
            model_name='inboundmessage',
            name='inbound_refers_within_desk',
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='side_message',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='inbound', to='tickets.sidemessage', verbose_name='side message'),
        ),
        migrations.AddField(
            model_name='outgoingemail',
            name='side_message',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='outgoing', to='tickets.sidemessage', verbose_name='side message'),
        ),
        migrations.AddField(
            model_name='outgoingemail',
            name='third_party',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.sideparticipant', verbose_name='third party'),
        ),
        migrations.AlterField(
            model_name='outgoingemail',
            name='contact',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.contact', verbose_name='contact'),
        ),
        migrations.AlterField(
            model_name='outgoingemail',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Receipt'), ('reply', 'Reply'), ('copy', 'Copy'), ('phone', 'Follow-up to a call'), ('reminder', 'Reminder'), ('promise', 'New response time'), ('escalated', 'Escalation'), ('defect', 'Update about a defect'), ('closed', 'Ticket closed'), ('side', 'Side conversation')], max_length=10, verbose_name='kind'),
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('side_message__isnull', False)), fields=['side_message'], name='inbound_of_side_message'),
        ),
        AddIndexConcurrently(
            model_name='outgoingemail',
            index=models.Index(condition=models.Q(('side_message__isnull', False)), fields=['side_message'], name='mail_of_side_message'),
        ),
        # Built at once: no row is in it yet.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS mail_once_per_event_and_third_party"
                    " ON channels_intake_outgoingemail (third_party_id, event_id)"
                    " WHERE third_party_id IS NOT NULL",
                    "DROP INDEX mail_once_per_event_and_third_party",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name='outgoingemail',
                    constraint=models.UniqueConstraint(condition=models.Q(('third_party__isnull', False)), fields=('third_party', 'event'), name='mail_once_per_event_and_third_party'),
                ),
            ],
        ),
        AddConstraintNotValid(
            model_name='inboundmessage',
            constraint=models.CheckConstraint(condition=models.Q(('desk__isnull', False), models.Q(('mailbox__isnull', True), ('message__isnull', True), ('side_message__isnull', True), ('ticket__isnull', True)), _connector='OR'), name='inbound_refers_within_desk'),
        ),
        AddConstraintNotValid(
            model_name='outgoingemail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', False), ('side_message__isnull', True), ('third_party__isnull', True)), models.Q(('contact__isnull', True), ('kind', 'side'), ('message__isnull', True), ('side_message__isnull', False), ('third_party__isnull', False)), _connector='OR'), name='mail_to_contact_or_third_party'),
        ),
        migrations.AddField(
            model_name='sidereplytoken',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='sidereplytoken',
            name='participant',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.sideparticipant'),
        ),
        ValidateConstraint(model_name='outgoingemail', name='mail_to_contact_or_third_party'),
        ValidateConstraint(model_name='inboundmessage', name='inbound_refers_within_desk'),
        migrations.RunSQL(KEEP, KEEP_AS_BEFORE),
        WallOff("channels_intake_sidereplytoken"),
        KeysWithinDesk("OutgoingEmail", "InboundMessage", "SideReplyToken"),
    ]
