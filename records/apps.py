from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    """How a thing is kept: history, ledger, evidence, signatures, who is acting, working days."""

    name = "records"
    verbose_name = "Records"

    def ready(self) -> None:
        from records import ledger_sql

        post_migrate.connect(ledger_sql.install_after_migrate, dispatch_uid="records.ledger_sql")
