from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0067_imports")]

    operations: list[migrations.operations.base.Operation] = []
