import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_require_second_factor'),
    ]

    operations = [
        migrations.CreateModel(
            name='IdentityProvider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('oidc', 'OpenID Connect')], default='oidc', max_length=4)),
                ('name', models.CharField(help_text='As the log-in page calls it.', max_length=60)),
                ('server_url', models.URLField(help_text='Below it stands .well-known/openid-configuration.', verbose_name='issuer')),
                ('client_id', models.CharField(max_length=200)),
                ('sealed_client_secret', models.TextField(default='', editable=False)),
                ('group_claim', models.CharField(default='groups', help_text="The claim of the ID token that lists a person's groups.", max_length=60)),
                ('is_active', models.BooleanField(default=True)),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('desk', 'name'), name='identity_provider_name_unique')],
            },
        ),
        migrations.CreateModel(
            name='GroupRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=200)),
                ('role', models.CharField(choices=[('analyst', 'Analyst'), ('lead', 'Lead'), ('admin', 'Desk admin'), ('observer', 'Observer (reads only)')], default='analyst', max_length=10)),
                ('level', models.CharField(choices=[('l1', 'Level 1'), ('l2', 'Level 2'), ('rnd', 'R&D')], default='l1', max_length=4)),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='group_roles', to='accounts.identityprovider')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('provider', 'group'), name='group_role_once')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=255)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='accounts.identityprovider')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'subject'), name='identity_subject_once'), models.UniqueConstraint(fields=('provider', 'agent'), name='identity_agent_once')],
            },
        ),
        WallOff("accounts_identityprovider"),
        WallOff("accounts_grouprole"),
        WallOff("accounts_identity"),
    ]
