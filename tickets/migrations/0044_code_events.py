from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0043_help_and_attention'),
    ]

    operations = [
        migrations.AlterField(
            model_name='defectevent',
            name='kind',
            field=models.CharField(choices=[('created', 'Created'), ('changed', 'Changed'), ('stage', 'Stage'), ('linked', 'Ticket linked'), ('unlinked', 'Ticket unlinked'), ('released', 'Release'), ('merged', 'Merged'), ('note', 'Note'), ('published', 'Known issue'), ('major', 'Significant impact'), ('code', 'Code host'), ('followed', 'Follower')], max_length=12, verbose_name='kind'),
        ),
    ]
