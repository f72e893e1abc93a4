"""Handles of contacts at networks other than email, and contacts without an email address."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0023_fewer_indexes_of_lines'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactHandle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(choices=[('phone', 'Phone'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ("x", "X (Twitter)"), ('rocketchat', 'Rocket.Chat'), ('messenger', 'Website messenger'), ('google_play', 'Google Play'), ('app_store', 'App Store'), ('whatsapp', 'WhatsApp'), ('telegram', 'Telegram')], max_length=12, verbose_name='network')),
                ('scope', models.CharField(default='', editable=False, max_length=100)),
                ('external_id', models.CharField(max_length=190, verbose_name='ID')),
                ('name', models.CharField(blank=True, default='', max_length=120, verbose_name='name')),
                ('proof', models.CharField(blank=True, choices=[('', "Not verified"), ('portal', 'Signed in'), ('email', 'Verified email address'), ('agent', "Confirmed by an agent")], default='', max_length=6, verbose_name='verification')),
                ('proven_at', models.DateTimeField(null=True, verbose_name='verified')),
                ('reason', models.CharField(blank=True, default='', max_length=250, verbose_name='reason')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handles', to='accounts.contact', verbose_name='contact')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('proven_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent')),
            ],
            options={
                'verbose_name': "contact identity",
                'verbose_name_plural': "contact identities",
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('desk', 'network', 'scope', 'external_id'), name='contact_handle_once')],
            },
        ),
        migrations.AlterModelOptions(
            name='contact',
            options={'ordering': ['email', 'id'], 'verbose_name': 'contact', 'verbose_name_plural': 'contacts'},
        ),
        migrations.RemoveConstraint(
            model_name='contact',
            name='contact_email_unique',
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('added', 'Added'), ('changed', 'Changed'), ('deleted', 'Deleted'), ('viewed', 'Viewed'), ('terms_changed', "Account's plan or status changed"), ('role_changed', "Contact's role changed"), ('person_removed', 'Person removed from an account by its manager'), ('domain_assigned', 'Domain assigned to an account'), ('contact_claimed', 'Contact claimed by its owner'), ('handle_joined', "Identity linked to a contact"), ('handle_proven', "Identity verified"), ('login_unlinked', 'Sign-in removed from a contact'), ('login_email_changed', "User's email address changed"), ('two_factor_removed', 'Two-factor authentication removed'), ('sso_linked', 'Agent linked to single sign-on'), ('invited', 'Invitation sent'), ('invitation_withdrawn', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('csv_imported', 'CSV file imported'), ('csv_exported', 'CSV file exported'), ('crm_pull_requested', 'CRM sync requested'), ('mailbox_verified', 'Mailbox verified'), ('mailbox_code_sent', 'Mailbox verification code sent'), ('email_released', 'Quarantined email released'), ('email_discarded', 'Quarantined email discarded'), ('email_restored', 'Quarantined email restored'), ('target_added', 'SLA target added'), ('target_changed', 'SLA target changed'), ('target_deleted', 'SLA target deleted'), ('desk_suspended', 'Help desk suspended'), ('desk_resumed', 'Help desk resumed'), ('desk_exported', 'Help desk exported'), ('person_erased', 'Person erased'), ('person_exported', "Person's data exported")], max_length=40, verbose_name='action'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='email',
            field=models.EmailField(blank=True, default='', max_length=254, verbose_name='email address'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['desk', 'email', 'id'], name='contact_by_email'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('desk', 'email'), name='contact_email_unique', violation_error_message='There is already a contact with this email address.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('email', ''), _negated=True), name='invitation_has_email'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email', ''), _negated=True), name='user_has_email'),
        ),
        WallOff("accounts_contacthandle"),
        KeysWithinDesk("ContactHandle"),
    ]
