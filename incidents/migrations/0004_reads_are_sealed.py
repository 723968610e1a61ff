import uuid

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

#: The highest number below which no read can come to stand any more: asked when no writer is under way. Whoever
#: writes holds the table in a mode that this one waits for, and takes a number only then. Run by the owner, because
#: the application may not lock the table; never waits long, so that no page waits long behind it.
SETTLED = """
CREATE FUNCTION reads_settled() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
BEGIN
  LOCK TABLE incidents_caseread IN SHARE MODE;
  RETURN coalesce((SELECT max(id) FROM incidents_caseread), 0);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0003_access_by_exception"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="caseread", name="read_by_record"),
        migrations.CreateModel(
            name="ReadSeal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("after", models.BigIntegerField(unique=True)),
                ("upto", models.BigIntegerField(unique=True)),
                ("count", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
                (
                    "sealed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ["after"]},
        ),
        migrations.CreateModel(
            name="HistoricalReadSeal",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("after", models.BigIntegerField(db_index=True)),
                ("upto", models.BigIntegerField(db_index=True)),
                ("count", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
                ("history_source", models.CharField(max_length=20, verbose_name="from where")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=80)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "sealed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical read seal",
                "verbose_name_plural": "historical read seals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunSQL(SETTLED, "DROP FUNCTION reads_settled()"),
    ]
