"""The ledger: one hash chain a case (or, outside cases, a record), written by the database itself."""

from typing import Any

from django.db import models


class LedgerEntry(models.Model):
    """Proves that a history row was written, when in its chain's order, and with what content.

    Written only by the trigger `ledger_append` on each history table; the application's role may read it and
    nothing else. `hash` = SHA-256 over the previous hash, chain, seq, `at`, table, history row and `payload`, the
    history row as it was, in canonical JSON. A later ADD COLUMN therefore breaks no earlier hash. `formula` says
    what is hashed: 1 for entries made before `at` was (records/ledger.py, entry_hash).
    """

    id = models.BigAutoField(primary_key=True)
    chain = models.UUIDField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    table = models.CharField(max_length=100)
    row = models.BigIntegerField()
    payload = models.TextField()
    previous = models.BinaryField()
    formula = models.SmallIntegerField(db_default=1)
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="ledger_one_entry_a_place"),
            models.UniqueConstraint(fields=["table", "row"], name="ledger_one_entry_a_row"),
        ]
        verbose_name_plural = "ledger entries"

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("The ledger is written by the database only.")


class LedgerHead(models.Model):
    """The newest entry of a chain. Printed in each sealed pack, which anchors the chain outside the database."""

    chain = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.chain} at {self.seq}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("The ledger is written by the database only.")

    @property
    def hex(self) -> str:
        return bytes(self.hash).hex()
