"""The due view over a database made before: a follow-up is due only while there is something to look at."""

from django.db import migrations

from governance import due_view


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0003_withdrawn_signatures"),
    ]

    operations = [migrations.RunSQL(due_view.view(), migrations.RunSQL.noop)]
