"""Reporting as citizens do, for tests: through services, and through the pages."""

import io
import itertools
import re
from dataclasses import replace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from chengzhi.incidents.models import Incident
from chengzhi.portal import services
from chengzhi.portal.models import Followed
from chengzhi.portal.services import Caller, Report
from tests.world import World

HERE, THERE = Caller("203.0.113.7"), Caller("203.0.113.8")
PHONE = "13912345678"
WORDS = "垃圾桶旁堆了两天的垃圾袋"
_keys, _shades = itertools.count(1), itertools.count(1)


def filled(world: World, n: int = 0, **more) -> Report:
    """Return a form that can be sent, at the n-th cell of the first county."""
    lon, lat = world.point(n)
    usual = Report(key=f"key-{next(_keys):020d}", picture="waste", words=WORDS, lon=str(lon), lat=str(lat))
    return replace(usual, **more)


def reported(world: World, n: int = 0, **more) -> Followed:
    """Send a report and return who follows it."""
    return Followed.objects.select_related("incident__matter").get(code=services.send(filled(world, n, **more), HERE))


def incident_of(row: Followed) -> Incident:
    """Return the incident as it stands now."""
    return Incident.objects.select_related("matter").get(pk=row.incident_id)


def picture(secret: str = "") -> bytes:
    """Return a small JPEG that is like no other, with words hidden in its metadata."""
    shade = next(_shades)
    image = Image.radial_gradient("L").rotate(shade * 11).resize((320, 240)).convert("RGB")
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = secret or "plain", secret or "plain"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=secret.encode())
    return out.getvalue()


def upload(name: str = "photo.jpg", secret: str = "") -> SimpleUploadedFile:
    """Return a picture as a browser sends it."""
    return SimpleUploadedFile(name, picture(secret), "image/jpeg")


def form_of(client: Client, path: str = "/c/report") -> dict[str, str]:
    """Open the form and return its token and its key."""
    page = client.get(path).content.decode()
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("csrfmiddlewaretoken", "once")}


def typed(client: Client, world: World, n: int = 0, **more) -> dict[str, str]:
    """Return what a citizen's browser sends for a complete form."""
    lon, lat = world.point(n)
    usual = {"picture": "waste", "words": WORDS, "lon": str(lon), "lat": str(lat), "asked": "1", "confidential": "1", "to": "send"}
    return {**form_of(client), **usual, **more}
