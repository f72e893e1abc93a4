import accounts.models.crm
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.wall import CreateRoles, WallOff


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        CreateRoles(),
        migrations.CreateModel(
            name='CrmConnection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(choices=[('zoho', 'Zoho CRM')], default='zoho', max_length=10, verbose_name='CRM')),
                ('accounts_url', models.URLField(default='https://accounts.zoho.com', help_text='Depends on the data center, such as accounts.zoho.eu.', verbose_name='sign-in URL')),
                ('api_url', models.URLField(default='https://www.zohoapis.com', verbose_name='API URL')),
                ('client_id', models.CharField(max_length=100, verbose_name='client ID')),
                ('sealed_client_secret', models.TextField(default='', editable=False)),
                ('sealed_refresh_token', models.TextField(default='', editable=False)),
                ('sealed_access_token', models.TextField(default='', editable=False)),
                ('access_token_until', models.DateTimeField(editable=False, null=True)),
                ('mapping', models.JSONField(default=accounts.models.crm.default_mapping, help_text='Fields here and in the CRM. Fields that are not listed are never changed.', verbose_name='field mapping')),
                ('state', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('refused', 'Refused by the CRM')], default='active', max_length=8, verbose_name='state')),
                ('error', models.TextField(blank=True, default='', editable=False, verbose_name='error')),
                ('since', models.DateTimeField(editable=False, help_text='The next pull gets records changed since this time. If empty, it gets all records.', null=True, verbose_name='changed since')),
                ('next_try_at', models.DateTimeField(editable=False, null=True, verbose_name='next try')),
                ('notify_url', models.URLField(blank=True, default='', help_text='The CRM sends change notifications to this URL. Leave empty to turn them off.', verbose_name='notification URL')),
                ('channel_id', models.CharField(blank=True, default='', editable=False, max_length=20)),
                ('sealed_channel_token', models.TextField(default='', editable=False)),
                ('channel_until', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'CRM connection',
                'verbose_name_plural': 'CRM connections',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('kind', models.CharField(choices=[('paid', 'Contractual SLAs'), ('community', 'No contract, no trial'), ('trials', 'Trials and potential customers')], max_length=10, verbose_name='kind')),
                ('visibility', models.CharField(choices=[('everyone', 'All agents of the desk'), ('members', 'Members only')], default='everyone', help_text="With “Members only”, other agents cannot find this department's tickets: not in lists, searches, counts or notifications, nor by number. Leads and desk admins see all tickets, and assignees see the tickets that are assigned to them.", max_length=8, verbose_name='who can see its tickets')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'department',
                'verbose_name_plural': 'departments',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='ErasedDesk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(help_text='The ID of the desk.', verbose_name='number')),
                ('slug', models.CharField(max_length=40, verbose_name='path')),
                ('erased_at', models.DateTimeField(verbose_name='erased at')),
                ('erased_by', models.CharField(help_text='The operating system user who ran the command.', max_length=254, verbose_name='erased by')),
                ('counts', models.JSONField(default=dict, help_text='Deleted rows by table, files and sign-ins.', verbose_name='counts')),
            ],
            options={
                'verbose_name': 'erased desk',
                'verbose_name_plural': 'erased desks',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='email address')),
                ('name', models.CharField(blank=True, default='', max_length=120, verbose_name='name')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('is_staff', models.BooleanField(default=False, help_text='Can open the admin site of the desks that they administer.', verbose_name='staff')),
                ('language', models.CharField(blank=True, default='', help_text="Leave empty to use the browser's language.", max_length=10, verbose_name='language')),
                ('time_zone', models.CharField(blank=True, default='', help_text="Leave empty to use the desk's time zone.", max_length=64, verbose_name='time zone')),
                ('date_joined', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
            },
        ),
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('role', models.CharField(choices=[('analyst', 'Analyst'), ('lead', 'Lead'), ('admin', 'Desk admin'), ('observer', 'Observer (read-only)')], default='analyst', max_length=10, verbose_name='role')),
                ('level', models.CharField(choices=[('l1', 'Level 1'), ('l2', 'Level 2'), ('rnd', 'R&D')], default='l1', max_length=4, verbose_name='level')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agents', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'agent',
                'verbose_name_plural': 'agents',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('status', models.CharField(choices=[('customer', 'Customer'), ('trial', 'Active trial'), ('potential', 'Potential customer'), ('potential_vip', 'Potential - VIP'), ('community', 'Community')], default='customer', max_length=14, verbose_name='status')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('account_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='managed_accounts', to='accounts.agent', verbose_name='Account Manager')),
                ('success_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='success_accounts', to='accounts.agent', verbose_name='Customer Success Manager')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('name', models.CharField(blank=True, default='', max_length=120, verbose_name='name')),
                ('role', models.CharField(choices=[('contact', 'Contact (own tickets)'), ('point_of_contact', 'Point of contact (can open tickets)'), ('manager', "Manager (sees the account's tickets)")], default='contact', max_length=18, verbose_name='role')),
                ('may_log_in', models.BooleanField(default=True, help_text="If you clear this, the person is signed out on their next request and can't sign in, accept an invitation or claim this contact. Their email is still accepted.", verbose_name='can sign in')),
                ('language', models.CharField(blank=True, default='', help_text="The language of emails to this person. Leave empty to use the desk's.", max_length=10, verbose_name='language')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contacts', to='accounts.account', verbose_name='account')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contacts', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'ordering': ['email'],
            },
        ),
        migrations.CreateModel(
            name='CrmPull',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='running', max_length=8, verbose_name='state')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('since', models.DateTimeField(help_text='Pulls records changed since this time. If empty, pulls all records.', null=True, verbose_name='changed since')),
                ('step', models.PositiveSmallIntegerField(default=0, verbose_name='step')),
                ('page_token', models.CharField(default='', max_length=500, verbose_name='page token')),
                ('pages', models.PositiveIntegerField(default=0, verbose_name='pages')),
                ('tries', models.PositiveSmallIntegerField(default=0, help_text='Failed requests in a row.', verbose_name='failed tries')),
                ('created', models.PositiveIntegerField(default=0, verbose_name='created')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='changed')),
                ('unchanged', models.PositiveIntegerField(default=0, verbose_name='unchanged')),
                ('set_aside', models.PositiveIntegerField(default=0, verbose_name='skipped')),
                ('error', models.TextField(default='', verbose_name='error')),
                ('report', models.JSONField(default=list, help_text='The first changes, with record, name and fields.', verbose_name='report')),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pulls', to='accounts.crmconnection', verbose_name='connection')),
            ],
            options={
                'verbose_name': 'CRM pull',
                'verbose_name_plural': 'CRM pulls',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='AgentDepartment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.agent', verbose_name='agent')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.department', verbose_name='department')),
            ],
            options={
                'verbose_name': 'department member',
                'verbose_name_plural': 'department members',
            },
        ),
        migrations.AddField(
            model_name='agent',
            name='departments',
            field=models.ManyToManyField(related_name='agents', through='accounts.AgentDepartment', to='accounts.department', verbose_name='departments'),
        ),
        migrations.CreateModel(
            name='Desk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text="The first part of the desk's path.", max_length=40, unique=True, verbose_name='path')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('domain', models.CharField(blank=True, default='', help_text='A custom host name for this desk, in lowercase. Leave empty to use the path.', max_length=253, verbose_name='domain')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='time zone')),
                ('accent', models.CharField(choices=[('indigo', 'Indigo'), ('teal', 'Teal'), ('rose', 'Rose'), ('amber', 'Amber'), ('violet', 'Violet'), ('green', 'Green'), ('blue', 'Blue'), ('slate', 'Slate')], default='indigo', help_text='The color of buttons, links and highlights. It is darkened on light backgrounds and lightened on dark ones so that text stays readable.', max_length=10, verbose_name='color')),
                ('logo', models.CharField(blank=True, default='', editable=False, max_length=200, verbose_name='logo')),
                ('ticket_prefix', models.CharField(max_length=6, validators=[django.core.validators.RegexValidator('^[A-Z]{1,6}$', 'Enter one to six capital letters.')], verbose_name='ticket prefix')),
                ('state_words', models.JSONField(blank=True, default=dict, help_text='Custom names for the ticket states.', verbose_name='state names')),
                ('state_sentences', models.JSONField(blank=True, default=dict, help_text='Custom explanations for customers, one for each state.', verbose_name='state descriptions')),
                ('translations', models.JSONField(blank=True, default=dict, editable=False)),
                ('hotline', models.CharField(blank=True, default='', max_length=40, verbose_name='hotline')),
                ('silence_days', models.PositiveSmallIntegerField(default=7, help_text='Days without a customer reply before a waiting ticket is closed.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='days before closing')),
                ('reminder_days', models.PositiveSmallIntegerField(default=5, help_text='Days without a customer reply before a reminder is sent. 0 sends none.', verbose_name='days before a reminder')),
                ('reopen_days', models.PositiveSmallIntegerField(default=14, help_text="Days after closing in which a customer's reply reopens the ticket.", verbose_name='days to reopen')),
                ('only_points_of_contact', models.BooleanField(default=False, help_text="Only an account's points of contact and managers can open tickets in the portal.", verbose_name='only points of contact open tickets')),
                ('free_domains', models.JSONField(blank=True, default=list, help_text='Domains where anyone can get an address, in addition to the well-known ones. Their senders are not matched to an account.', verbose_name='free email domains')),
                ('require_two_factor', models.BooleanField(default=False, help_text='Every agent must use an authenticator app or a passkey in addition to their password. Admins always must.', verbose_name='require two-factor authentication')),
                ('is_suspended', models.BooleanField(default=False, verbose_name='suspended')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'desk',
                'verbose_name_plural': 'desks',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('domain', ''), _negated=True), fields=('domain',), name='desk_domain_unique')],
            },
        ),
        migrations.AddField(
            model_name='department',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.CreateModel(
            name='CrmSetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('module', models.CharField(max_length=20, verbose_name='module')),
                ('record_id', models.CharField(max_length=40, verbose_name='record ID')),
                ('name', models.CharField(max_length=254, verbose_name='name')),
                ('reason', models.TextField(verbose_name='reason')),
                ('may_heal', models.BooleanField(default=True, help_text='Each pull retries this record, because a change here can fix it.', verbose_name='tried again')),
                ('first_at', models.DateTimeField(verbose_name='first skipped at')),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='set_asides', to='accounts.crmconnection', verbose_name='connection')),
                ('pull', models.ForeignKey(help_text='The last pull that skipped the record.', null=True, on_delete=django.db.models.deletion.SET_NULL, to='accounts.crmpull', verbose_name='CRM pull')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'skipped CRM record',
                'verbose_name_plural': 'skipped CRM records',
                'ordering': ['module', 'record_id'],
            },
        ),
        migrations.AddField(
            model_name='crmpull',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.CreateModel(
            name='CrmMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('module', models.CharField(max_length=20)),
                ('record_id', models.CharField(max_length=40)),
                ('marked_at', models.DateTimeField()),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='accounts.crmconnection')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
        ),
        migrations.CreateModel(
            name='CrmLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('module', models.CharField(max_length=20)),
                ('record_id', models.CharField(max_length=40)),
                ('given', models.JSONField(default=dict, help_text='Domains and products from the CRM. Only the CRM sync removes them.')),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='crm_links', to='accounts.account')),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='accounts.crmconnection')),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='crm_links', to='accounts.contact')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
        ),
        migrations.AddField(
            model_name='crmconnection',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='contact',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('actor', models.CharField(max_length=254, verbose_name='changed by')),
                ('action', models.CharField(choices=[('added', 'Added'), ('changed', 'Changed'), ('deleted', 'Deleted'), ('viewed', 'Viewed'), ('terms_changed', "Account's plan or status changed"), ('role_changed', "Contact's role changed"), ('domain_assigned', 'Domain assigned to an account'), ('contact_claimed', 'Contact claimed by its owner'), ('login_unlinked', 'Sign-in removed from a contact'), ('login_email_changed', "User's email address changed"), ('two_factor_removed', 'Two-factor authentication removed'), ('sso_linked', 'Agent linked to single sign-on'), ('invited', 'Invitation sent'), ('invitation_withdrawn', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('csv_imported', 'CSV file imported'), ('csv_exported', 'CSV file exported'), ('crm_pull_requested', 'CRM sync requested'), ('mailbox_verified', 'Mailbox verified'), ('mailbox_code_sent', 'Mailbox verification code sent'), ('email_released', 'Quarantined email released'), ('email_discarded', 'Quarantined email discarded'), ('email_restored', 'Quarantined email restored'), ('target_added', 'SLA target added'), ('target_changed', 'SLA target changed'), ('target_deleted', 'SLA target deleted'), ('desk_suspended', 'Help desk suspended'), ('desk_resumed', 'Help desk resumed'), ('desk_exported', 'Help desk exported'), ('person_erased', 'Person erased'), ('person_exported', "Person's data exported")], max_length=40, verbose_name='action')),
                ('target', models.CharField(max_length=254, verbose_name='target')),
                ('detail', models.JSONField(default=dict, verbose_name='details')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit entries',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='agentdepartment',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='agent',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.CreateModel(
            name='AccountDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253, verbose_name='domain')),
                ('include_subdomains', models.BooleanField(default=False, verbose_name='include subdomains')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domains', to='accounts.account', verbose_name='account')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'account domain',
                'verbose_name_plural': 'account domains',
                'ordering': ['domain'],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.CreateModel(
            name='IdentityProvider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('oidc', 'OpenID Connect'), ('saml', 'SAML 2.0')], default='oidc', max_length=4, verbose_name='protocol')),
                ('name', models.CharField(help_text='Shown on the sign-in page.', max_length=60, verbose_name='name')),
                ('server_url', models.URLField(blank=True, default='', help_text='The URL without .well-known/openid-configuration.', verbose_name='issuer')),
                ('client_id', models.CharField(blank=True, default='', max_length=200, verbose_name='client ID')),
                ('sealed_client_secret', models.TextField(default='', editable=False)),
                ('entity_id', models.CharField(blank=True, default='', max_length=500, verbose_name='entity ID')),
                ('sso_url', models.URLField(blank=True, default='', max_length=500, verbose_name='sign-in URL')),
                ('certificates', models.TextField(blank=True, default='', help_text='In PEM format. Add the next certificate below the current one.', verbose_name='certificates')),
                ('email_attribute', models.CharField(blank=True, default='', max_length=200, verbose_name='email attribute')),
                ('name_attribute', models.CharField(blank=True, default='', max_length=200, verbose_name='name attribute')),
                ('is_email_trusted', models.BooleanField(default=False, help_text='Select this only if people cannot change their own email address at the provider: they sign in as the agent who has that address.', verbose_name='trust email addresses')),
                ('group_claim', models.CharField(default='groups', help_text="The claim of the ID token, or the attribute, that lists a person's groups.", max_length=200, verbose_name='group claim')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'identity provider',
                'verbose_name_plural': 'identity providers',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=255, verbose_name='subject')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='accounts.identityprovider', verbose_name='identity provider')),
            ],
            options={
                'verbose_name': 'identity',
                'verbose_name_plural': 'identities',
            },
        ),
        migrations.CreateModel(
            name='GroupRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=200, verbose_name='group')),
                ('role', models.CharField(choices=[('analyst', 'Analyst'), ('lead', 'Lead'), ('admin', 'Desk admin'), ('observer', 'Observer (read-only)')], default='analyst', max_length=10, verbose_name='role')),
                ('level', models.CharField(choices=[('l1', 'Level 1'), ('l2', 'Level 2'), ('rnd', 'R&D')], default='l1', max_length=4, verbose_name='level')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='group_roles', to='accounts.identityprovider', verbose_name='identity provider')),
            ],
            options={
                'verbose_name': 'group role',
                'verbose_name_plural': 'group roles',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('name', models.CharField(blank=True, default='', max_length=120, verbose_name='name')),
                ('kind', models.CharField(choices=[('agent', 'Agent'), ('contact', 'Contact')], max_length=8, verbose_name='kind')),
                ('role', models.CharField(help_text='A role of agents or of contacts, by kind.', max_length=18, verbose_name='role')),
                ('level', models.CharField(blank=True, default='', help_text='Agents only.', max_length=4, verbose_name='level')),
                ('token_hash', models.CharField(help_text='SHA-256 of the token, in hex.', max_length=64, unique=True, verbose_name='token hash')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('used_at', models.DateTimeField(null=True, verbose_name='used at')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account', verbose_name='account')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('description', models.TextField(blank=True, default='', verbose_name='description')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('allows_portal', models.BooleanField(default=True, verbose_name='portal')),
                ('allows_mail', models.BooleanField(default=True, verbose_name='email')),
                ('allows_hotline', models.BooleanField(default=False, verbose_name='hotline')),
                ('is_self_service', models.BooleanField(default=False, help_text='Customers can sign up for this plan on their own. Otherwise, only sales can sell it.', verbose_name='self-service')),
                ('has_success_manager', models.BooleanField(default=False, verbose_name='Customer Success Manager')),
                ('points_of_contact', models.PositiveSmallIntegerField(blank=True, help_text='The maximum per account. Leave empty for no limit.', null=True, verbose_name='points of contact')),
                ('is_retired', models.BooleanField(default=False, help_text='No longer sold. Accounts that have it keep it.', verbose_name='legacy plan')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'plan',
                'verbose_name_plural': 'plans',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='plan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.plan', verbose_name='plan'),
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='PlanProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.plan')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'covered product',
                'verbose_name_plural': 'covered products',
            },
        ),
        migrations.AddField(
            model_name='plan',
            name='products',
            field=models.ManyToManyField(blank=True, help_text='The products that the plan covers. Select none to cover all.', related_name='plans', through='accounts.PlanProduct', to='accounts.product', verbose_name='products'),
        ),
        migrations.CreateModel(
            name='AccountProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.account', verbose_name='account')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'account product',
                'verbose_name_plural': 'account products',
            },
        ),
        migrations.AddField(
            model_name='account',
            name='products',
            field=models.ManyToManyField(blank=True, through='accounts.AccountProduct', to='accounts.product', verbose_name='products'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='department_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.UniqueConstraint(fields=('desk', 'kind'), name='department_kind_unique'),
        ),
        migrations.AddConstraint(
            model_name='crmsetaside',
            constraint=models.UniqueConstraint(fields=('connection', 'module', 'record_id'), name='crm_set_aside_once'),
        ),
        migrations.AddIndex(
            model_name='crmpull',
            index=models.Index(fields=['desk', 'connection', '-id'], name='crm_pull_newest'),
        ),
        migrations.AddConstraint(
            model_name='crmpull',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('connection',), name='crm_pull_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='crmmark',
            constraint=models.UniqueConstraint(fields=('connection', 'module', 'record_id'), name='crm_mark_once'),
        ),
        migrations.AddConstraint(
            model_name='crmlink',
            constraint=models.UniqueConstraint(fields=('connection', 'module', 'record_id'), name='crm_link_record_once'),
        ),
        migrations.AddConstraint(
            model_name='crmlink',
            constraint=models.UniqueConstraint(fields=('connection', 'account'), name='crm_link_account_once'),
        ),
        migrations.AddConstraint(
            model_name='crmlink',
            constraint=models.UniqueConstraint(fields=('connection', 'contact'), name='crm_link_contact_once'),
        ),
        migrations.AddConstraint(
            model_name='crmlink',
            constraint=models.CheckConstraint(condition=models.Q(('account__isnull', False), ('contact__isnull', False), _connector='XOR'), name='crm_link_one_target'),
        ),
        migrations.AddIndex(
            model_name='crmconnection',
            index=models.Index(fields=['state', 'next_try_at'], name='crm_connection_due'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('desk', 'email'), name='contact_email_unique'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('desk', 'user'), name='contact_user_once'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['desk', '-id'], name='audit_desk_newest'),
        ),
        migrations.AddConstraint(
            model_name='agentdepartment',
            constraint=models.UniqueConstraint(fields=('agent', 'department'), name='agent_department_once'),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.UniqueConstraint(fields=('desk', 'user'), name='agent_once_per_desk'),
        ),
        migrations.AddConstraint(
            model_name='accountdomain',
            constraint=models.UniqueConstraint(fields=('desk', 'domain'), name='account_domain_unique', violation_error_message='This domain already belongs to an account. Remove it there first.'),
        ),
        migrations.AddConstraint(
            model_name='identityprovider',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='identity_provider_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.UniqueConstraint(fields=('provider', 'subject'), name='identity_subject_once'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.UniqueConstraint(fields=('provider', 'agent'), name='identity_agent_once'),
        ),
        migrations.AddConstraint(
            model_name='grouprole',
            constraint=models.UniqueConstraint(fields=('provider', 'group'), name='group_role_once'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['desk', 'email'], name='invitation_of_address'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='product_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='planproduct',
            constraint=models.UniqueConstraint(fields=('plan', 'product'), name='plan_product_once'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='plan_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='accountproduct',
            constraint=models.UniqueConstraint(fields=('account', 'product'), name='account_product_once'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='account_name_unique'),
        ),
        WallOff("accounts_agent"),
        WallOff("accounts_department"),
        WallOff("accounts_agentdepartment"),
        WallOff("accounts_account"),
        WallOff("accounts_accountdomain"),
        WallOff("accounts_accountproduct"),
        WallOff("accounts_contact"),
        WallOff("accounts_product"),
        WallOff("accounts_plan"),
        WallOff("accounts_auditentry", append_only=True),
        WallOff("accounts_planproduct"),
        WallOff("accounts_invitation"),
        WallOff("accounts_crmconnection"),
        WallOff("accounts_crmpull"),
        WallOff("accounts_crmlink"),
        WallOff("accounts_crmsetaside"),
        WallOff("accounts_crmmark"),
        WallOff("accounts_identityprovider"),
        WallOff("accounts_grouprole"),
        WallOff("accounts_identity"),
        migrations.RunSQL(
            """
REVOKE ALL ON accounts_eraseddesk FROM plumbline_app
""",
            migrations.RunSQL.noop,
        ),
    ]
