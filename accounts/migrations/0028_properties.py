from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_replies")]
    operations: list = []
