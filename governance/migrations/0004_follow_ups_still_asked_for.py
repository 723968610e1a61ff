"""The due view over a database made before: a follow-up is due only while there is something to look at.

Silent since 0007_half_time_with_due makes the view anew from its newest text.
"""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0003_withdrawn_signatures"),
    ]

    operations: ClassVar[list[object]] = []
