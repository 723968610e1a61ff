"""What every request gets: where writes come from. (Its headers: config/headers.py.)"""

from collections.abc import Callable
from contextlib import nullcontext

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from records import acting, reading


class Frame:
    """Marks the request as the source of writes, and reads each fact once a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Pages know three methods. A view that asks "is it a POST?" would answer any other as if it were a GET.
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        token = acting.source.set("web")
        try:
            with reading.page() if request.method in ("GET", "HEAD") else nullcontext():
                response = self.get_response(request)
        finally:
            acting.source.reset(token)
        return response
