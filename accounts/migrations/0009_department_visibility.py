from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_identity_providers'),
    ]

    operations = [
        migrations.AddField(
            model_name='department',
            name='visibility',
            field=models.CharField(choices=[('everyone', 'Everyone of the desk'), ('members', 'Its members only')], default='everyone', help_text='With “Its members only”, nobody else finds the tickets of this department or anything of them: not in lists, searches, counts or notifications, nor by their number. Leads and desk admins see all tickets, and whoever a ticket is assigned to sees that one.', max_length=8, verbose_name='who sees its tickets'),
        ),
    ]
