from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0061_closing_questions")]

    operations: list = []
