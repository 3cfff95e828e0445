"""Pages of networks, one module per subject."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form that shows itself empty on GET."""
    return request.POST if request.method == "POST" else None
