from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0057_reply_approvals")]

    operations: list = []
