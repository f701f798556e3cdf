"""Health: the process answers; the city is ready when database, guards, storage and worker are."""

import logging
import os
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from chengzhi.kernel import feed, guards, schedule

logger = logging.getLogger("chengzhi")
LAG_SECONDS = 120.0


def process(request: HttpRequest) -> JsonResponse:
    """Answer that this process lives."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when everything that work needs is there, else 503 and what is missing."""
    found: dict[str, Any] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found["database"] = "ok"
        found["guards"] = "ok" if not guards.missing() else guards.missing()
        count, age = feed.waiting()
        found["relay"] = (
            "ok"
            if age < LAG_SECONDS and not feed.failing()
            else {"waiting": count, "seconds": round(age), "failing": feed.failing()}
        )
        found["worker"] = "ok" if schedule.alive(LAG_SECONDS) else "the worker has not run its timetable for two minutes"
    except DatabaseError as problem:  # anybody may ask: which server and which user stands in the log only
        logger.error("Not ready: %s", problem)
        found["database"] = f"{type(problem).__name__}; the log says more"
    settings.FILES.mkdir(parents=True, exist_ok=True)
    found["storage"] = "ok" if os.access(settings.FILES, os.W_OK) else "the folder of files cannot be written"
    good = all(value == "ok" for value in found.values())
    return JsonResponse({"status": "ok" if good else "not ready", **found}, status=200 if good else 503)
