import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0006_confining_reason"),
    ]

    operations = [
        migrations.AlterField(
            model_name="taskrestriction",
            name="control",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="restricted_tasks",
                to="incidents.riskcontrol",
            ),
        ),
    ]
