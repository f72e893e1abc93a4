"""The channel of internal requests."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0054_notifications"),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='channel',
            field=models.CharField(choices=[('email', 'Email'), ('web', 'Web'), ('phone', 'Phone'), ('chat', 'Chat'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ('twitter', 'X (Twitter)'), ('whatsapp', 'WhatsApp'), ('telegram', 'Telegram'), ('review', 'App review'), ('api', 'API'), ('agent', 'Agent'), ('internal', 'Internal')], max_length=10, verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='channel',
            field=models.CharField(choices=[('email', 'Email'), ('web', 'Web'), ('phone', 'Phone'), ('chat', 'Chat'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ('twitter', 'X (Twitter)'), ('whatsapp', 'WhatsApp'), ('telegram', 'Telegram'), ('review', 'App review'), ('api', 'API'), ('agent', 'Agent'), ('internal', 'Internal')], max_length=10, verbose_name='channel'),
        ),
    ]
