from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_crm_set_aside_pull'),
    ]

    operations = [
        migrations.AddField(
            model_name='desk',
            name='require_second_factor',
            field=models.BooleanField(default=False, help_text='Every agent needs an authenticator app or a passkey beside the password; admins always do.'),
        ),
    ]
