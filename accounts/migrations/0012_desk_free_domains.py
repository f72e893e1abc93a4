from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_desk_logo'),
    ]

    operations = [
        migrations.AddField(
            model_name='desk',
            name='free_domains',
            field=models.JSONField(blank=True, default=list, help_text='Where anybody can have an address, beside the well-known ones: their senders are attached to no account (M78).', verbose_name='free-mail domains'),
        ),
    ]
