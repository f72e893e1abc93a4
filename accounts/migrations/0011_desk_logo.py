from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_saml_providers'),
    ]

    operations = [
        migrations.AddField(
            model_name='desk',
            name='logo',
            field=models.CharField(blank=True, default='', editable=False, max_length=200),
        ),
        migrations.AlterField(
            model_name='desk',
            name='accent',
            field=models.CharField(choices=[('indigo', 'Indigo'), ('teal', 'Teal'), ('rose', 'Rose'), ('amber', 'Amber'), ('violet', 'Violet'), ('green', 'Green'), ('blue', 'Blue'), ('slate', 'Slate')], default='indigo', help_text='Of buttons, links and marks. Each is drawn darker on light and lighter on dark ground, so that text stays readable.', max_length=10, verbose_name='colour'),
        ),
    ]
