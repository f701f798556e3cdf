"""What every page's frame knows: the city, the person and the language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the values that the base template uses."""
    return {
        "city_name": settings.CITY_NAME,
        "actor": getattr(request, "actor", None),
        "chinese": getattr(request, "LANGUAGE_CODE", "zh-hans") != "en",
    }
