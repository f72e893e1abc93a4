from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0034_files_and_retention")]

    operations: list[migrations.operations.base.Operation] = []
