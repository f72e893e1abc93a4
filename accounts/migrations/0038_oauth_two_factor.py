"""Codes and tokens of applications remember whether their person had passed 2FA."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0037_oauth"),
    ]

    operations = [
        migrations.AddField(
            model_name=name,
            name="passed_two_factor",
            field=models.BooleanField(
                default=False,
                editable=False,
                verbose_name="allowed with two-factor authentication",
            ),
        )
        for name in ("oauthgrant", "oauthaccesstoken", "oauthrefreshtoken")
    ]
