"""The inspector's phone: one page that works without network, and the worker that keeps it."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from chengzhi.incidents.queries import phone
from chengzhi.kernel import doors

MODULES = tuple(
    f"incidents/phone/{name}.js" for name in ("app", "camera", "day", "draw", "forms", "place", "queue", "report", "store", "talk", "visit")
)
LINKED = (
    "site/appearance.js",
    "site/frame.css",
    "site/mark.svg",
    "incidents/phone.css",
    "incidents/phone/app.js",
    "vendor/icons.svg",
)


@never_cache
@ensure_csrf_cookie
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Show the phone page to inspectors; it holds no personal data, which come as JSON, so that the worker may keep it."""
    phone.on_the_street(doors.actor_of(request))
    return render(request, "incidents/phone/app.html", {"phrases": phone.phrases()})


@never_cache
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker with the addresses of everything that the page is made of."""
    shown = {"shell": [staticfiles_storage.url(name) for name in dict.fromkeys(LINKED + MODULES)], "version": _version()}
    return render(request, "incidents/phone/worker.js", shown, content_type="text/javascript")


@cache
def _version() -> str:
    """Return a name for the present content of these files, so that a phone takes all of them anew when one has changed."""
    digest = hashlib.sha256()
    for name in (*LINKED, *MODULES):
        found = finders.find(name)
        if isinstance(found, str):
            digest.update(Path(found).read_bytes())
    return digest.hexdigest()[:16]
