from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_access_by_exception")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="help_given",
            field=models.TextField(
                blank=True,
                default="",
                verbose_name="why a manager ended their sign-ins, or took off their second step",
            ),
        )
        for name in ("user", "historicaluser")
    ]
