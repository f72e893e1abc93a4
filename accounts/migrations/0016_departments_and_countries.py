import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0015_levels_and_emergencies'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='department',
            name='department_kind_unique',
        ),
        migrations.AddField(
            model_name='account',
            name='country',
            field=models.CharField(blank=True, db_default='', default='', help_text='Where the company is. Routing rules can use it.', max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}$', 'Enter a code of two letters, such as BR.')], verbose_name='country'),
        ),
        migrations.AlterField(
            model_name='department',
            name='kind',
            field=models.CharField(choices=[('paid', 'Contractual SLAs'), ('community', 'No contract, no trial'), ('trials', 'Trials and potential customers'), ('other', 'Only what routing rules or agents send here')], max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'other'), _negated=True), fields=('desk', 'kind'), name='department_kind_unique', violation_error_message='The desk already has a department of this kind.'),
        ),
    ]
