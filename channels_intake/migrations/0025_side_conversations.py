from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels_intake", "0024_relations")]

    operations: list = []
