"""Repositories at GitHub and GitLab, their events, and the issues of defects."""

import channels_intake.models.code_hosts
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_defects'),
        ('channels_intake', '0016_paging'),
        ('tickets', '0044_code_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='CodeHost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('github', 'GitHub'), ('gitlab', 'GitLab')], default='github', max_length=8, verbose_name='code host')),
                ('api_url', models.URLField(blank=True, default='', help_text='Leave empty for github.com and gitlab.com. GitHub Enterprise Server: https://HOST/api/v3. GitLab Self-Managed: https://HOST.', verbose_name='URL')),
                ('repository', models.CharField(help_text='Such as acme/server. On GitLab, include all groups.', max_length=200, verbose_name='repository')),
                ('labels', models.CharField(blank=True, default='', help_text='Separated by commas.', max_length=200, verbose_name='labels of new issues')),
                ('names_customers', models.BooleanField(default=False, help_text='Name the affected accounts in new issues. Turn this off for public projects.', verbose_name='name customers')),
                ('sign_in', models.CharField(choices=[('token', 'Access token'), ('app', 'GitHub App')], default='token', max_length=5, verbose_name='sign-in')),
                ('sealed_token', models.TextField(default='', editable=False)),
                ('app_id', models.CharField(blank=True, default='', help_text='Of the GitHub App, on its settings page.', max_length=40, verbose_name='client ID or app ID')),
                ('installation_id', models.BigIntegerField(blank=True, help_text="The number at the end of the URL of the app's installation.", null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='installation ID')),
                ('sealed_private_key', models.TextField(default='', editable=False)),
                ('sealed_app_token', models.TextField(default='', editable=False)),
                ('app_token_until', models.DateTimeField(editable=False, null=True)),
                ('sealed_webhook_secret', models.TextField(default='', editable=False)),
                ('hook_token', models.CharField(default=channels_intake.models.code_hosts.new_hook_token, editable=False, max_length=40)),
                ('is_paused', models.BooleanField(default=False, help_text='While paused, calls and events wait. Afterwards, all continue in order.', verbose_name='paused')),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500, verbose_name='problem')),
                ('checked_at', models.DateTimeField(editable=False, null=True, verbose_name='last response')),
                ('last_event_at', models.DateTimeField(editable=False, null=True, verbose_name='last event')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'repository',
                'verbose_name_plural': 'repositories',
                'ordering': ['repository', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CodeEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delivery_id', models.CharField(max_length=100, verbose_name='delivery ID')),
                ('name', models.CharField(max_length=60, verbose_name='event')),
                ('raw', models.BinaryField()),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('state', models.CharField(choices=[('received', 'Received'), ('processed', 'Processed'), ('set_aside', 'Not processed')], default='received', max_length=9, verbose_name='state')),
                ('reason', models.CharField(blank=True, default='', max_length=40, verbose_name='reason')),
                ('reason_data', models.JSONField(blank=True, default=dict)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(verbose_name='next attempt')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('host', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='channels_intake.codehost', verbose_name='repository')),
            ],
            options={
                'verbose_name': 'event of a code host',
                'verbose_name_plural': 'events of code hosts',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CodeLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issue', 'Issue'), ('pull', 'Pull request'), ('commit', 'Commit')], max_length=6, verbose_name='kind')),
                ('number', models.BigIntegerField(null=True, verbose_name='number')),
                ('title', models.CharField(blank=True, default='', max_length=300, verbose_name='title')),
                ('url', models.URLField(blank=True, default='', max_length=500, verbose_name='URL')),
                ('state', models.CharField(choices=[('creating', 'Being created'), ('failed', 'Not created'), ('open', 'Open'), ('closed', 'Closed'), ('merged', 'Merged')], max_length=8, verbose_name='state')),
                ('problem', models.CharField(blank=True, default='', max_length=500, verbose_name='problem')),
                ('labels', models.JSONField(default=list, verbose_name='labels')),
                ('assignee', models.CharField(blank=True, default='', max_length=100, verbose_name='assignee')),
                ('branch', models.CharField(blank=True, default='', max_length=200, verbose_name='branch')),
                ('sha', models.CharField(blank=True, default='', max_length=64, verbose_name='commit')),
                ('merged_at', models.DateTimeField(null=True, verbose_name='merged')),
                ('seen_at', models.DateTimeField(null=True, verbose_name='changed')),
                ('created_at', models.DateTimeField(verbose_name='linked')),
                ('created_by', models.ForeignKey(db_index=False, help_text='Empty if a mention linked it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='linked by')),
                ('defect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='code_links', to='tickets.defect', verbose_name='defect')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('host', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='channels_intake.codehost', verbose_name='repository')),
            ],
            options={
                'verbose_name': 'issue or pull request',
                'verbose_name_plural': 'issues and pull requests',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='CodeRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tag', models.CharField(max_length=200, verbose_name='tag')),
                ('url', models.URLField(blank=True, default='', max_length=500, verbose_name='URL')),
                ('is_public', models.BooleanField(default=False)),
                ('published_at', models.DateTimeField(verbose_name='published')),
                ('is_due', models.BooleanField(default=True)),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(verbose_name='next attempt')),
                ('problem', models.CharField(blank=True, default='', max_length=500, verbose_name='problem')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('host', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='releases', to='channels_intake.codehost')),
            ],
            options={
                'verbose_name': 'release of a repository',
                'verbose_name_plural': 'releases of repositories',
                'ordering': ['-published_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='StageRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trigger', models.CharField(choices=[('pull_request.opened', 'Pull request opened'), ('pull_request.merged', 'Pull request merged'), ('issue.closed', 'Issue closed'), ('release.published', 'Release that contains the fix published')], max_length=20, verbose_name='event')),
                ('pattern', models.CharField(blank=True, default='', help_text='Such as release-9.* or v10.*. Leave empty for all.', max_length=100, verbose_name='branch or tag')),
                ('stage', models.CharField(blank=True, choices=[('confirmed', 'Confirmed'), ('planned', 'Action plan'), ('in_progress', 'In progress'), ('tested', 'Fix tested internally')], default='', help_text='Releases always move defects to Released.', max_length=12, verbose_name='new stage')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('host', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='channels_intake.codehost', verbose_name='repository')),
                ('line', models.ForeignKey(blank=True, help_text='The line that a release is for. Leave empty for all lines.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.productline', verbose_name='product line')),
            ],
            options={
                'verbose_name': 'rule for stages',
                'verbose_name_plural': 'rules for stages',
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='codehost',
            constraint=models.UniqueConstraint(fields=('desk', 'hook_token'), name='code_host_hook_once'),
        ),
        migrations.AddConstraint(
            model_name='codehost',
            constraint=models.UniqueConstraint(fields=('desk', 'kind', 'api_url', 'repository'), name='code_host_once'),
        ),
        migrations.AddIndex(
            model_name='codeevent',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['next_try_at'], name='code_event_due'),
        ),
        migrations.AddIndex(
            model_name='codeevent',
            index=models.Index(fields=['received_at'], name='code_event_by_age'),
        ),
        migrations.AddConstraint(
            model_name='codeevent',
            constraint=models.UniqueConstraint(fields=('host', 'delivery_id'), name='code_event_once'),
        ),
        migrations.AddConstraint(
            model_name='codeevent',
            constraint=models.UniqueConstraint(fields=('host', 'sha256'), name='code_event_body_once'),
        ),
        migrations.AddConstraint(
            model_name='codelink',
            constraint=models.UniqueConstraint(fields=('host', 'kind', 'number', 'defect'), name='code_link_once'),
        ),
        migrations.AddConstraint(
            model_name='codelink',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'commit')), fields=('host', 'sha', 'defect'), name='code_link_commit_once'),
        ),
        migrations.AddIndex(
            model_name='coderelease',
            index=models.Index(condition=models.Q(('is_due', True)), fields=['next_try_at'], name='code_release_due'),
        ),
        migrations.AddConstraint(
            model_name='coderelease',
            constraint=models.UniqueConstraint(fields=('host', 'tag'), name='code_release_once'),
        ),
        migrations.AddConstraint(
            model_name='stagerule',
            constraint=models.UniqueConstraint(fields=('host', 'trigger', 'pattern'), name='stage_rule_once'),
        ),
        WallOff("channels_intake_codehost"),
        WallOff("channels_intake_stagerule"),
        WallOff("channels_intake_codelink"),
        WallOff("channels_intake_coderelease"),
        WallOff("channels_intake_codeevent"),
        KeysWithinDesk("StageRule", "CodeLink", "CodeRelease", "CodeEvent"),
    ]
