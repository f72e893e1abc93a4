from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_desk_texts_per_language"),
    ]

    operations = [
        migrations.RenameField(
            model_name="desk",
            old_name="require_second_factor",
            new_name="require_two_factor",
        ),
    ]
