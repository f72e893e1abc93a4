"""No email can be stored without an address: people are known by their handles alone, too."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    # Validated in a transaction of its own, so that email is written meanwhile.
    atomic = False

    dependencies = [
        ("channels_intake", "0020_connections"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=~models.Q(to_address=""), name="mail_has_an_address"
            ),
        ),
        ValidateConstraint(model_name="outgoingemail", name="mail_has_an_address"),
    ]
