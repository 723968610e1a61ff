"""What every request gets: where writes come from. (Its headers: config/headers.py.)"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from records import acting


class Frame:
    """Marks the request as the source of writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = acting.source.set("web")
        try:
            response = self.get_response(request)
        finally:
            acting.source.reset(token)
        return response
