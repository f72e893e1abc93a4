from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0035_api_tokens")]

    operations: list[migrations.operations.base.Operation] = []
