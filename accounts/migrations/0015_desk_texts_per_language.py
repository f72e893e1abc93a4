from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_languages")]

    operations = [
        migrations.AddField("desk", "state_sentences", models.JSONField(blank=True, default=dict)),
        migrations.AddField(
            "desk", "translations", models.JSONField(blank=True, default=dict, editable=False)
        ),
    ]
