"""Escalation ladders, their steps, and the tickets on them."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.versions import NewVersionOnChange
from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_defects'),
        ('sla', '0017_names_of_internal_clocks'),
        ('tickets', '0042_ladders'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ladder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('clock', models.CharField(choices=[('first_response', 'First response'), ('next_response', 'Next response'), ('update', 'Regular update'), ('resolution', 'Resolution aim'), ('promised_update', 'Promised update'), ('level_taken', 'Pickup'), ('level_answered', 'First note or reply'), ('level_returned', 'Result from this level'), ('level_silence', 'Next note or reply')], default='first_response', help_text='Steps count from the deadline of this clock. They stop when it is met.', max_length=16, verbose_name='clock')),
                ('resume_minutes', models.PositiveSmallIntegerField(default=30, help_text='After an acknowledgement, the ladder continues if nobody replies, writes a note or changes the status for this long.', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(10080)], verbose_name='resume after (minutes)')),
                ('repeat_minutes', models.PositiveSmallIntegerField(default=30, help_text='Nobody acknowledged the last step? The ladder starts again after this time.', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(10080)], verbose_name='repeat after (minutes)')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('plan', models.ForeignKey(blank=True, help_text='Leave empty for all plans.', null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='accounts.plan', verbose_name='plan')),
                ('policy', models.ForeignKey(blank=True, help_text='The policy that set the deadline. Leave empty for all.', null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='ladders', to='sla.policy', verbose_name='SLA policy')),
                ('priority', models.ForeignKey(blank=True, help_text='Tickets of this priority or a more urgent one. Leave empty for all.', null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='tickets.priority', verbose_name='priority')),
            ],
            options={
                'verbose_name': 'escalation ladder',
                'verbose_name_plural': 'escalation ladders',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='LadderRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(choices=[('first_response', 'First response'), ('next_response', 'Next response'), ('update', 'Regular update'), ('resolution', 'Resolution aim'), ('promised_update', 'Promised update'), ('level_taken', 'Pickup'), ('level_answered', 'First note or reply'), ('level_returned', 'Result from this level'), ('level_silence', 'Next note or reply')], max_length=16)),
                ('clock_run', models.PositiveIntegerField()),
                ('due_at', models.DateTimeField()),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('next_step', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('last_step_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_name', models.CharField(default='', max_length=120)),
                ('acknowledged_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ladder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='sla.ladder')),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='ladder_run', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'running ladder',
                'verbose_name_plural': 'running ladders',
            },
        ),
        migrations.CreateModel(
            name='LadderStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('minutes', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(10080)], verbose_name='minutes')),
                ('trigger', models.CharField(choices=[('before', 'before the deadline'), ('after', 'after the deadline'), ('silence', 'later, if unacknowledged')], default='after', max_length=8, verbose_name='counted')),
                ('action', models.CharField(choices=[('assignee', 'Notify the assignee'), ('channel', 'Notify the team channel'), ('reassign', 'Reassign to an agent on shift'), ('page', 'Page the agents on call'), ('lead', 'Notify the leads'), ('manager', "Notify the account's manager"), ('executive', 'Notify an executive')], max_length=10, verbose_name='action')),
                ('agent', models.ForeignKey(blank=True, db_index=False, help_text='The executive, or the agent to notify for accounts without a manager.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ladder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='sla.ladder')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='ladder',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='ladder_name_unique', violation_error_message='There is already a ladder with this name.'),
        ),
        migrations.AddIndex(
            model_name='ladderrun',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='ladder_due'),
        ),
        migrations.AddIndex(
            model_name='ladderstep',
            index=models.Index(fields=['ladder'], name='ladder_step_of'),
        ),
        migrations.AlterField(
            model_name='replan',
            name='cause',
            field=models.CharField(choices=[('account', 'Plan or status of an account'), ('targets', 'SLA targets'), ('policy', 'SLA policy'), ('calendar', 'Calendar'), ('ladder', 'Escalation ladder')], max_length=10, verbose_name='changed'),
        ),
        migrations.AlterField(
            model_name='replan',
            name='failed',
            field=models.PositiveIntegerField(default=0, help_text='They stayed as they were. The error is in the log.', verbose_name='failed tickets'),
        ),
        migrations.AlterField(
            model_name='replan',
            name='moved',
            field=models.PositiveIntegerField(default=0, verbose_name='changed tickets'),
        ),
        WallOff("sla_ladder"),
        WallOff("sla_ladderstep"),
        WallOff("sla_ladderrun"),
        KeysWithinDesk("ladder", "ladderstep", "ladderrun"),
        NewVersionOnChange("sla_ladder"),
        NewVersionOnChange("sla_ladderstep"),
    ]
