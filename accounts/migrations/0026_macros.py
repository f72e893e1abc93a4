from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0025_views")]
    operations: list = []
