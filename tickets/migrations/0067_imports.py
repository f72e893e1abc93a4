from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0066_webhooks")]

    operations: list[migrations.operations.base.Operation] = []
