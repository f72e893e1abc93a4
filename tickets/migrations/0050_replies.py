"""Replies that wait to be sent, and files of drafts."""

import django.db.models.deletion
from django.db import migrations, models
from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0027_replies'),
        ('tickets', '0049_macros'),
    ]

    operations = [
        migrations.CreateModel(
            name='PendingReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('then', models.CharField(blank=True, default='', max_length=13)),
                ('next_update_at', models.DateTimeField(null=True)),
                ('via', models.CharField(blank=True, default='', max_length=60)),
                ('was_closed', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('send_at', models.DateTimeField(verbose_name='sent at')),
                ('is_scheduled', models.BooleanField(default=False, verbose_name='scheduled')),
                ('held_at', models.DateTimeField(null=True, verbose_name='not sent since')),
                ('held_reason', models.CharField(blank=True, choices=[('closed', 'The ticket was closed in the meantime.'), ('no_access', 'Its author can no longer change this ticket.'), ('refused', 'The reply needs a change before it can be sent.'), ('failed', 'Something went wrong on our side.')], default='', max_length=10)),
                ('held_detail', models.TextField(blank=True, default='')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent', verbose_name='author')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pending_replies', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'pending reply',
                'verbose_name_plural': 'pending replies',
                'ordering': ['send_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='UnsentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('content_type', models.CharField(max_length=120, verbose_name='content type')),
                ('size', models.BigIntegerField(help_text='In bytes.', verbose_name='size')),
                ('file', models.FileField(max_length=200, upload_to='')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('draft', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='tickets.draft')),
                ('reply', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='tickets.pendingreply')),
            ],
            options={
                'verbose_name': 'unsent file',
                'verbose_name_plural': 'unsent files',
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='pendingreply',
            index=models.Index(condition=models.Q(('held_at__isnull', True)), fields=['desk', 'send_at'], name='pending_reply_due'),
        ),
        migrations.AddConstraint(
            model_name='unsentfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('draft__isnull', False), ('reply__isnull', True)), models.Q(('draft__isnull', True), ('reply__isnull', False)), _connector='OR'), name='unsent_file_one_parent'),
        ),
        WallOff("tickets_pendingreply"),
        WallOff("tickets_unsentfile"),
        KeysWithinDesk("PendingReply", "UnsentFile"),
    ]
