"""The line about each request, without what was typed: a search holds names, a link that sets a password holds a key."""

import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

#: What opens something by itself does not belong in a log.
KEY = re.compile(r"(/reset/key/)[^/]+")


class Requests(RequestMiddleware):
    """django-structlog's own, which would write the whole address with its query."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        path = KEY.sub(r"\g<1>…", request.path)
        return f"{request.method} {path}"
