from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0029_relations")]
    operations: list = []
