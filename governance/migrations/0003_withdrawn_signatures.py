"""The due view over a database made before: a signature that was withdrawn promises nothing, and answers nothing.

Silent since 0007_half_time_with_due makes the view anew from its newest text.
"""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0002_due_view"),
        ("remediation", "0003_signed_attempts_are_fixed"),
    ]

    operations: ClassVar[list[object]] = []
