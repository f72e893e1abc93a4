from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0032_customer_cards")]

    operations: list = []
