from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0028_properties")]
    operations: list = []
