"""Audit actions of imports."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0035_api_tokens'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('added', 'Added'), ('changed', 'Changed'), ('deleted', 'Deleted'), ('viewed', 'Viewed'), ('terms_changed', "Account's plan or status changed"), ('role_changed', "Contact's role changed"), ('person_removed', 'Person removed from an account by its manager'), ('domain_assigned', 'Domain assigned to an account'), ('contact_claimed', 'Contact claimed by its owner'), ('handle_joined', 'Identity linked to a contact'), ('handle_proven', 'Identity verified'), ('login_unlinked', 'Sign-in removed from a contact'), ('login_email_changed', "User's email address changed"), ('two_factor_removed', 'Two-factor authentication removed'), ('sso_linked', 'Agent linked to single sign-on'), ('invited', 'Invitation sent'), ('invitation_withdrawn', 'Invitation withdrawn'), ('invitation_accepted', 'Invitation accepted'), ('csv_imported', 'CSV file imported'), ('csv_exported', 'CSV file exported'), ('import_started', 'Import from another help desk started'), ('import_canceled', 'Import from another help desk canceled'), ('crm_pull_requested', 'CRM sync requested'), ('mailbox_verified', 'Mailbox verified'), ('mailbox_code_sent', 'Mailbox verification code sent'), ('email_released', 'Quarantined email released'), ('email_discarded', 'Quarantined email discarded'), ('email_restored', 'Quarantined email restored'), ('target_added', 'SLA target added'), ('target_changed', 'SLA target changed'), ('target_deleted', 'SLA target deleted'), ('desk_suspended', 'Help desk suspended'), ('desk_resumed', 'Help desk resumed'), ('desk_exported', 'Help desk exported'), ('person_erased', 'Person erased'), ('person_exported', "Person's data exported"), ('token_created', 'API token created'), ('token_rotated', 'API token rotated'), ('token_revoked', 'API token revoked'), ('application_allowed', 'Application allowed'), ('application_withdrawn', 'Application withdrawn'), ('service_added', 'Service account added'), ('service_changed', 'Service account changed')], max_length=40, verbose_name='action'),
        ),
    ]
