from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_handles")]
    operations: list = []
