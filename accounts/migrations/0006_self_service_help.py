from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_points_of_contact_of_plans'),
    ]

    operations = [
        migrations.AlterField(
            model_name='plan',
            name='is_self_service',
            field=models.BooleanField(default=False, help_text='Managers of an account without a plan can choose it in the portal. Otherwise, only sales can sell it.', verbose_name='self-service'),
        ),
    ]
