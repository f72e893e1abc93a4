from django.db import migrations

from tickets import search_sql


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_identity_providers'),
        ('tickets', '0005_new_terms'),
    ]

    operations = [
        migrations.RunSQL(search_sql.INDEXES, 'DROP INDEX contact_words; DROP INDEX account_words;'),
        migrations.RunSQL(search_sql.OLD_DROP, search_sql.OLD_CREATE),
        migrations.RunSQL(search_sql.CREATE_NAMES + search_sql.CREATE, search_sql.DROP),
    ]
