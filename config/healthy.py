"""Does the web server of this container answer? For Docker's health check: ends with 0 or 1."""

import os
import sys
import urllib.request

host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
request = urllib.request.Request(  # noqa: S310 (our own address)
    f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/",
    headers={"Host": host, "X-Forwarded-Proto": "https"},
)
try:
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        sys.exit(0 if answer.status == 200 else 1)
except OSError as error:
    sys.exit(f"no answer: {error}")
