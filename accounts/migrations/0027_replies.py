from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0026_macros")]
    operations: list = []
