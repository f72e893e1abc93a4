import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.wall import WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_crm_reasons'),
        ('tickets', '0005_previews_and_failed_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=400, verbose_name='form')),
                ('fields', models.JSONField(default=dict, verbose_name='fields')),
                ('was_refused', models.BooleanField(default=False, verbose_name='was sent while signed out')),
                ('updated_at', models.DateTimeField(db_index=True, verbose_name='changed')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
                'constraints': [models.UniqueConstraint(fields=('desk', 'user', 'place'), name='draft_of_form')],
            },
        ),
        WallOff("tickets_draft"),
    ]
