import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.versions import NewVersionOnChange
from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_assignment'),
        ('routing', '0007_handover_causes'),
        ('tickets', '0032_assignment'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Rules are tried from 1 on.', verbose_name='position')),
                ('is_active', models.BooleanField(default=True, help_text='An inactive rule changes nothing. A dry run can include it.', verbose_name='active')),
                ('stops', models.BooleanField(default=True, help_text="If it applies, later rules aren't tried. Otherwise they can add what it leaves open.", verbose_name='stop after this rule')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'routing rule',
                'verbose_name_plural': 'routing rules',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RuleAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('department', 'Department'), ('level', 'Level'), ('skill', 'Required skill'), ('tag', 'Tag'), ('priority', 'Suggested priority')], max_length=10, verbose_name='kind')),
                ('value', models.CharField(blank=True, default='', help_text='The level of a ticket, or the least level of a skill.', max_length=4, verbose_name='value')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department', verbose_name='department')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('priority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.priority', verbose_name='priority')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='routing.rule', verbose_name='rule')),
                ('skill', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.skill', verbose_name='skill')),
                ('tag', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.tag', verbose_name='tag')),
            ],
            options={
                'verbose_name': 'action',
                'verbose_name_plural': 'actions',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RuleCondition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('account_status', 'Account status'), ('plan', 'Plan'), ('product', 'Product'), ('channel', 'Channel'), ('mailbox', 'Mailbox'), ('language', 'Language'), ('country', 'Country'), ('words', 'Words'), ('field', 'Form field'), ('sender', 'Sender')], max_length=14, verbose_name='kind')),
                ('is_negated', models.BooleanField(default=False, verbose_name='is not')),
                ('value', models.CharField(blank=True, default='', max_length=300, verbose_name='value')),
                ('scope', models.CharField(blank=True, choices=[('', 'in subject or description'), ('subject', 'in the subject'), ('text', 'in the description')], default='', max_length=7, verbose_name='where')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('form_field', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.formfield', verbose_name='form field')),
                ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.plan', verbose_name='plan')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.product', verbose_name='product')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='routing.rule', verbose_name='rule')),
            ],
            options={
                'verbose_name': 'condition',
                'verbose_name_plural': 'conditions',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RuleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('made_at', models.DateTimeField(verbose_name='saved at')),
                ('by_name', models.CharField(max_length=254, verbose_name='saved by')),
                ('rules', models.JSONField(help_text='All rules in order, with their conditions and actions.', verbose_name='rules')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'version of the routing rules',
                'verbose_name_plural': 'versions of the routing rules',
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='RuleTrace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('cause', models.CharField(choices=[('opened', 'The ticket was opened'), ('terms', 'The account or the sender changed'), ('applied', 'A dry run was applied')], max_length=8, verbose_name='cause')),
                ('facts', models.JSONField(help_text='What the conditions saw, without texts and answers.', verbose_name='facts')),
                ('tried', models.JSONField(help_text='The ID of each rule, and the result of each condition.', verbose_name='rules tried')),
                ('effects', models.JSONField(help_text='What the rules that applied have set, or why they have not.', verbose_name='effects')),
                ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rule_traces', to='tickets.ticket', verbose_name='ticket')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.ruleversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'trace of the routing rules',
                'verbose_name_plural': 'traces of the routing rules',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='DryRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.PositiveSmallIntegerField(help_text='The number of tickets, from the newest on.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5000)], verbose_name='tickets')),
                ('includes_inactive', models.BooleanField(default=False, help_text="Shows what inactive rules would do. Such a dry run can't be applied.", verbose_name='include inactive rules')),
                ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('outdated', 'Outdated: the rules have changed'), ('applying', 'Applying'), ('applied', 'Applied')], default='running', max_length=8, verbose_name='state')),
                ('by_name', models.CharField(max_length=254, verbose_name='started by')),
                ('made_at', models.DateTimeField(verbose_name='started at')),
                ('applied_by', models.CharField(blank=True, default='', max_length=254, verbose_name='applied by')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='applied at')),
                ('before_id', models.BigIntegerField(help_text='Tickets with this ID and later ones have been tried.', verbose_name='next ticket')),
                ('tried', models.PositiveSmallIntegerField(default=0, verbose_name='tickets tried')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.ruleversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'dry run of the routing rules',
                'verbose_name_plural': 'dry runs of the routing rules',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='DryRunRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField(verbose_name='before')),
                ('after', models.JSONField(verbose_name='after')),
                ('rules', models.JSONField(help_text='The names of the rules that apply.', verbose_name='rules')),
                ('state', models.CharField(blank=True, choices=[('', 'Predicted'), ('closed', 'Closed: not changed'), ('applied', 'Applied'), ('changed', 'Changed meanwhile: not applied'), ('failed', 'Failed: not applied')], default='', max_length=8, verbose_name='state')),
                ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
                ('dry_run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='routing.dryrun')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'ticket of a dry run',
                'verbose_name_plural': 'tickets of a dry run',
                'ordering': ['-ticket_id'],
                'constraints': [models.UniqueConstraint(fields=('dry_run', 'ticket'), name='dry_run_ticket_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='rule_name_unique', violation_error_message='The desk already has a rule with this name.'),
        ),
        migrations.AddConstraint(
            model_name='ruleaction',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['department', 'level', 'priority'])), fields=('rule', 'kind'), name='rule_action_once'),
        ),
        migrations.AddConstraint(
            model_name='ruleaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('department__isnull', False), ('kind', 'department')), models.Q(('kind', 'tag'), ('tag__isnull', False)), models.Q(('kind', 'priority'), ('priority__isnull', False)), models.Q(('kind', 'skill'), ('skill__isnull', False)), ('kind', 'level'), _connector='OR'), name='rule_action_has_target'),
        ),
        migrations.AddConstraint(
            model_name='rulecondition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'plan'), _negated=True), ('plan__isnull', False), _connector='OR'), name='rule_condition_of_plan'),
        ),
        migrations.AddConstraint(
            model_name='rulecondition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'product'), _negated=True), ('product__isnull', False), _connector='OR'), name='rule_condition_of_product'),
        ),
        migrations.AddConstraint(
            model_name='rulecondition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'field'), _negated=True), ('form_field__isnull', False), _connector='OR'), name='rule_condition_of_field'),
        ),
        migrations.AddConstraint(
            model_name='ruleversion',
            constraint=models.UniqueConstraint(fields=('desk', 'number'), name='rule_version_number_unique'),
        ),
        WallOff("routing_rule"),
        WallOff("routing_rulecondition"),
        WallOff("routing_ruleaction"),
        WallOff("routing_ruleversion", append_only=True),
        WallOff("routing_ruletrace"),
        WallOff("routing_dryrun"),
        WallOff("routing_dryrunrow"),
        KeysWithinDesk(
            "Rule", "RuleCondition", "RuleAction", "RuleVersion", "RuleTrace", "DryRun", "DryRunRow"
        ),
        NewVersionOnChange("routing_rule"),
        NewVersionOnChange("routing_rulecondition"),
        NewVersionOnChange("routing_ruleaction"),
        NewVersionOnChange("routing_ruleversion"),
        NewVersionOnChange("routing_skill"),
        # Rules compare priorities by rank, and find answers by the key of their field.
        NewVersionOnChange("tickets_priority"),
        NewVersionOnChange("tickets_formfield"),
    ]
