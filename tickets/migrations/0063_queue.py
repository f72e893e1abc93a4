from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0062_browser_push")]

    operations: list = []
