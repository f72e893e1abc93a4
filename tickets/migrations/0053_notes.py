from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0052_relations")]
    operations: list = []
