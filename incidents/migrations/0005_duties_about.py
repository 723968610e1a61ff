"""The same body told again of something new, why a notice was late asked for later, and when to ask for an answer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_access_by_exception"),
        ("incidents", "0004_reads_are_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="duty",
            name="duty_once_a_body",
        ),
        migrations.AddField(
            model_name="duty",
            name="about",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="what this further notice is about"
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="lateness_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="why it was late is to be said by"),
        ),
        migrations.AddField(
            model_name="duty",
            name="reply_again_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ask again"),
        ),
        migrations.AddField(
            model_name="duty",
            name="reply_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="their answer is due"),
        ),
        migrations.AddField(
            model_name="duty",
            name="reply_team_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ask for their team manager"),
        ),
        migrations.AddField(
            model_name="duty",
            name="worker",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.staff",
                verbose_name="about whom",
            ),
        ),
        migrations.AddField(
            model_name="historicalduty",
            name="about",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="what this further notice is about"
            ),
        ),
        migrations.AddField(
            model_name="historicalduty",
            name="lateness_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="why it was late is to be said by"),
        ),
        migrations.AddField(
            model_name="historicalduty",
            name="reply_again_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ask again"),
        ),
        migrations.AddField(
            model_name="historicalduty",
            name="reply_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="their answer is due"),
        ),
        migrations.AddField(
            model_name="historicalduty",
            name="reply_team_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ask for their team manager"),
        ),
        migrations.AddField(
            model_name="historicalduty",
            name="worker",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.staff",
                verbose_name="about whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(
                fields=("case", "body", "worker", "about"), name="duty_once_a_body_and_matter", nulls_distinct=False
            ),
        ),
    ]
