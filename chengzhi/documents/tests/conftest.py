"""Files of the tests stay in a folder of their own; matters and pictures are made here."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageDraw

from chengzhi.kernel.access import Act, Actor
from chengzhi.kernel.models import Holder, Matter

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NODE, UNIT, COUNTY_B = 501, 502, 503


@pytest.fixture(autouse=True)
def files_apart(settings, tmp_path):
    """Give every test its own folder of files."""
    settings.FILES = tmp_path / "files"
    return settings.FILES


def actor(identifier, *, nodes=(), holders=()):
    return Actor(id=identifier, name=f"人员{identifier}", nodes=frozenset(nodes), holders=frozenset(holders))


def act(who, at=NOON):
    return Act(actor=who, at=at, recorded_at=at)


INSPECTOR, DISPATCHER, OUTSIDER = actor(21), actor(22, nodes=[NODE]), actor(23, nodes=[COUNTY_B])
WORKER = actor(24, holders=[UNIT])


def matter(identifier, *, parent=None, holder=None, node=NODE):
    for known in (NODE, UNIT, COUNTY_B):
        Holder.objects.get_or_create(id=known, defaults={"kind": "node", "name_zh": "某区"})
    root = parent or identifier
    return Matter.objects.create(
        id=identifier,
        kind="incident",
        number=str(identifier),
        parent_id=parent,
        root_id=root,
        state="filed",
        node_id=node,
        holder_id=holder,
        opened_at=NOON,
    )


def drawn(seed=0, size=(640, 480), mode="RGB"):
    """Return a picture that differs with its seed."""
    picture = Image.new("RGB", size, (200, 200, 190))
    draw = ImageDraw.Draw(picture)
    for place in range(24):
        left, top = (seed * 37 + place * 61) % size[0], (seed * 53 + place * place * 29) % size[1]
        draw.rectangle((left, top, left + 90, top + 70), fill=((seed * 91 + place * 40) % 256, place * 10, (place * 77) % 256))
    return picture.convert(mode)


def saved(picture, form="JPEG", **options):
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def photo(seed=0, size=(640, 480), **options):
    return saved(drawn(seed, size), **options)
