"""Skills, languages, teams, absences, presence and on-call rotas."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE
from accounts.versions import NewVersionOnChange
from accounts.wall import KeysWithinDesk, WallOff

COPY = f"""
SET ROLE {SYSTEM_ROLE};
INSERT INTO routing_presence (desk_id, agent_id, state, reason)
  SELECT desk_id, agent_id, 'away', '' FROM routing_rotation WHERE is_away;
RESET ROLE;
"""
# A shift has an agent or a team. Neither key ensures that the desk exists anymore.
DESK_OF_SHIFT = """
ALTER TABLE routing_shift ADD CONSTRAINT routing_shift_desk_id_fk
  FOREIGN KEY (desk_id) REFERENCES accounts_desk (id) DEFERRABLE INITIALLY DEFERRED
"""
DROP_DESK_OF_SHIFT = "ALTER TABLE routing_shift DROP CONSTRAINT routing_shift_desk_id_fk"
RESTORE = """
CREATE TRIGGER new_version_on_update AFTER UPDATE OF is_away ON routing_rotation
  FOR EACH ROW WHEN (OLD.is_away IS DISTINCT FROM NEW.is_away)
  EXECUTE FUNCTION renew_version_of_desk()
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0017_people"),
        ("routing", "0004_one_key_per_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'team member',
                'verbose_name_plural': 'team members',
            },
        ),
        migrations.AlterModelOptions(
            name='shift',
            options={'ordering': ['agent', 'team', 'weekday', 'start_minute'], 'verbose_name': 'shift', 'verbose_name_plural': 'shifts'},
        ),
        migrations.AddField(
            model_name='shift',
            name='works_on_holidays',
            field=models.BooleanField(default=False, help_text='By default, a shift that begins on a public holiday is off.', verbose_name='also on public holidays'),
        ),
        migrations.AlterField(
            model_name='shift',
            name='agent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='accounts.agent', verbose_name='agent'),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('leave', 'Leave'), ('sick', 'Sick'), ('other', 'One-off')], max_length=8, verbose_name='kind')),
                ('start_at', models.DateTimeField(verbose_name='start')),
                ('end_at', models.DateTimeField(verbose_name='end')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='accounts.agent', verbose_name='agent')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='entered by')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ['start_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AgentLanguage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=3, verbose_name='language')),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='languages', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'language of an agent',
                'verbose_name_plural': 'languages of agents',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='OnCallRota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('level', models.CharField(blank=True, choices=[('l1', 'Level 1'), ('l2', 'Level 2'), ('rnd', 'R&D')], default='', help_text='Whose urgent tickets it covers. Leave empty for all levels.', max_length=4, verbose_name='level')),
                ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='time zone')),
                ('turn_length', models.CharField(choices=[('day', 'One day'), ('week', 'One week')], default='week', max_length=4, verbose_name='length of a turn')),
                ('change_weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0, help_text='For turns of a week.', verbose_name='weekday of the change')),
                ('change_minute', models.PositiveSmallIntegerField(default=540, validators=[django.core.validators.MaxValueValidator(1439)], verbose_name='time of the change')),
                ('is_active', models.BooleanField(default=True, help_text='Turns are planned eight weeks ahead.', verbose_name='active')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rotas', to='accounts.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'on-call rota',
                'verbose_name_plural': 'on-call rotas',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='OnCallMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('rota', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='members', to='routing.oncallrota', verbose_name='on-call rota')),
            ],
            options={
                'verbose_name': 'rota member',
                'verbose_name_plural': 'rota members',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='OnCallTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start_at', models.DateTimeField(verbose_name='start')),
                ('end_at', models.DateTimeField(verbose_name='end')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='on_call_turns', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('planned_agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='planned agent')),
                ('rota', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='routing.oncallrota', verbose_name='on-call rota')),
            ],
            options={
                'verbose_name': 'on-call turn',
                'verbose_name_plural': 'on-call turns',
                'ordering': ['start_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='OnCallSwap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('offered', 'Offered'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='offered', max_length=10, verbose_name='state')),
                ('offered_at', models.DateTimeField(verbose_name='offered at')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('offered_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent', verbose_name='offered by')),
                ('offered_to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent', verbose_name='offered to')),
                ('in_return', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='routing.oncallturn', verbose_name='turn in return')),
                ('turn', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='swaps', to='routing.oncallturn', verbose_name='turn')),
            ],
            options={
                'verbose_name': 'swap',
                'verbose_name_plural': 'swaps',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('available', 'Available'), ('own', 'Own tickets only'), ('on_call', 'On call, urgent tickets only'), ('away', 'Away')], default='available', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, default='', max_length=120, verbose_name='reason')),
                ('since', models.DateTimeField(null=True, verbose_name='since')),
                ('until', models.DateTimeField(help_text='Available again from then on.', null=True, verbose_name='until')),
                ('last_active_at', models.DateTimeField(null=True, verbose_name='last active')),
                ('agent', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='presence', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'presence',
                'verbose_name_plural': 'presences',
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'skill',
                'verbose_name_plural': 'skills',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='AgentSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Basic'), (2, 'Good'), (3, 'Expert')], default=2, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3)], verbose_name='level')),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agents', to='routing.skill', verbose_name='skill')),
            ],
            options={
                'verbose_name': 'skill of an agent',
                'verbose_name_plural': 'skills of agents',
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='teams', to='accounts.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='shift',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='routing.team', verbose_name='team'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agent__isnull', False), ('team__isnull', True)), models.Q(('agent__isnull', True), ('team__isnull', False)), _connector='OR'), name='shift_of_agent_or_team'),
        ),
        migrations.AddField(
            model_name='teammember',
            name='agent',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.agent', verbose_name='agent'),
        ),
        migrations.AddField(
            model_name='teammember',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='teammember',
            name='team',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='routing.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='team',
            name='members',
            field=models.ManyToManyField(related_name='teams', through='routing.TeamMember', to='accounts.agent', verbose_name='members'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['desk', 'end_at'], name='absence_by_end'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('end_at__gt', models.F('start_at'))), name='absence_has_length'),
        ),
        migrations.AddConstraint(
            model_name='agentlanguage',
            constraint=models.UniqueConstraint(fields=('agent', 'code'), name='agent_language_once'),
        ),
        migrations.AddConstraint(
            model_name='oncallrota',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='rota_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='oncallmember',
            constraint=models.UniqueConstraint(fields=('rota', 'agent'), name='rota_member_once'),
        ),
        migrations.AddIndex(
            model_name='oncallturn',
            index=models.Index(fields=['desk', 'end_at'], name='on_call_turn_by_end'),
        ),
        migrations.AddConstraint(
            model_name='oncallturn',
            constraint=models.UniqueConstraint(fields=('rota', 'start_at'), name='on_call_turn_once'),
        ),
        migrations.AddConstraint(
            model_name='oncallturn',
            constraint=models.CheckConstraint(condition=models.Q(('end_at__gt', models.F('start_at'))), name='on_call_turn_has_length'),
        ),
        migrations.AddConstraint(
            model_name='oncallswap',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'offered')), fields=('turn',), name='swap_one_offer_per_turn'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='skill_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='agentskill',
            constraint=models.UniqueConstraint(fields=('agent', 'skill'), name='agent_skill_once'),
        ),
        migrations.AddConstraint(
            model_name='agentskill',
            constraint=models.CheckConstraint(condition=models.Q(('level__range', (1, 3))), name='agent_skill_level_known'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.UniqueConstraint(fields=('team', 'agent'), name='team_member_once'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='team_name_unique'),
        ),
        WallOff("routing_absence"),
        WallOff("routing_agentlanguage"),
        WallOff("routing_agentskill"),
        WallOff("routing_oncallmember"),
        WallOff("routing_oncallrota"),
        WallOff("routing_oncallswap"),
        WallOff("routing_oncallturn"),
        WallOff("routing_presence"),
        WallOff("routing_skill"),
        WallOff("routing_team"),
        WallOff("routing_teammember"),
        KeysWithinDesk(
            "Absence",
            "AgentLanguage",
            "AgentSkill",
            "OnCallMember",
            "OnCallRota",
            "OnCallSwap",
            "OnCallTurn",
            "Presence",
            "Shift",
            "Skill",
            "Team",
            "TeamMember",
        ),
        NewVersionOnChange("routing_absence"),
        NewVersionOnChange("routing_agentlanguage"),
        NewVersionOnChange("routing_agentskill"),
        NewVersionOnChange("routing_oncallrota"),
        NewVersionOnChange("routing_oncallturn"),
        NewVersionOnChange("routing_team"),
        NewVersionOnChange("routing_teammember"),
        migrations.RunSQL(DESK_OF_SHIFT, DROP_DESK_OF_SHIFT),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        # Away is part of presence now, which is outside of the desk's version.
        migrations.RunSQL("DROP TRIGGER new_version_on_update ON routing_rotation", RESTORE),
        migrations.RemoveField(
            model_name='rotation',
            name='is_away',
        ),
    ]
