"""From here on the time of a ledger entry is in its hash; entries from before keep their formula and its number, 1."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0003_ledger_check")]

    operations = [
        migrations.AddField("ledgerentry", "formula", models.SmallIntegerField(db_default=1)),
    ]
