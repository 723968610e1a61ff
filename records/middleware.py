"""What every request gets: where writes come from, no caching of pages, one place for a page's own rules."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from records import acting


class Frame:
    """Marks the request as the source of writes and keeps pages out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = acting.source.set("web")
        try:
            response = self.get_response(request)
        finally:
            acting.source.reset(token)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
        )
        return response
