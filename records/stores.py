"""The file store as it may fail: a folder raises OSError, an object store over the network errors of its own.

except stores.ERRORS as problem:      whatever a store may raise when it cannot be read or written
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import SuspiciousOperation

#: SuspiciousOperation: a link in the folder that leads out of it.
ERRORS: tuple[type[Exception], ...] = (OSError, BotoCoreError, ClientError, SuspiciousOperation)
