"""The due view over a database made before: a signature that was withdrawn promises nothing, and answers nothing."""

from django.db import migrations

from governance import due_view


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0002_due_view"),
        ("remediation", "0003_signed_attempts_are_fixed"),
    ]

    operations = [migrations.RunSQL(due_view.view(), migrations.RunSQL.noop)]
