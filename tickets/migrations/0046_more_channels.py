"""Channels of social media and app stores, and messages written outside of Plumbline."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0045_fewer_indexes_of_defects'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='channel',
            field=models.CharField(choices=[('email', 'Email'), ('web', 'Web'), ('phone', 'Phone'), ('chat', 'Chat'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ("twitter", "X (Twitter)"), ('whatsapp', 'WhatsApp'), ('telegram', 'Telegram'), ('review', 'App review'), ('api', 'API'), ('agent', 'Agent')], max_length=10, verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='channel',
            field=models.CharField(choices=[('email', 'Email'), ('web', 'Web'), ('phone', 'Phone'), ('chat', 'Chat'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ("twitter", "X (Twitter)"), ('whatsapp', 'WhatsApp'), ('telegram', 'Telegram'), ('review', 'App review'), ('api', 'API'), ('agent', 'Agent')], max_length=10, verbose_name='channel'),
        ),
        migrations.RemoveConstraint(model_name='message', name='message_one_author'),
        # It says less than the removed one, so every stored row fulfills it.
        AddConstraintNotValid(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('contact__isnull', True), ('agent__isnull', True), _connector='OR'), name='message_author'),
        ),
    ]
