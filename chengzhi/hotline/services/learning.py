"""What the desk learns from confirmed cases: a new version of the classifier, and the names of places."""

import re

from chengzhi.hotline import classifier
from chengzhi.hotline.models import ClassifierVersion, PlaceName
from chengzhi.hotline.queries import classifying
from chengzhi.incidents.queries import callers
from chengzhi.kernel import registers, writes
from chengzhi.kernel.access import Act
from chengzhi.kernel.pinyin import initials

KEPT_VERSIONS = 10
NEWEST = 5000
SHORTEST_NAME, LONGEST_NAME = 2, 60
# A house number, a distance or a side says where exactly; the name of the place stands before it.
EXACTLY = re.compile(r"向?[东南西北]*侧?[0-9]+(米|号).*$|(附近|旁边?|门前|门口|对面)$")


@writes.service
def train(*, act: Act) -> ClassifierVersion | None:
    """Train the classifier anew and keep it as the next version; None when nothing has changed since the newest one."""
    lessons, cases = classifying.taught(), classifying.confirmed()
    kept, fingerprint = classifier.pack(classifier.learn(lessons), classifier.learn(cases))
    newest = classifying.newest_version()
    if newest is not None and newest.fingerprint == fingerprint:
        return None
    number = 1 if newest is None else newest.number + 1
    row = ClassifierVersion(
        number=number, made_at=act.at, texts=len(lessons), confirmed=len(cases), fingerprint=fingerprint, counts=kept
    )
    writes.add(row)
    ClassifierVersion.objects.filter(number__lte=number - KEPT_VERSIONS).delete()
    registers.raise_version(classifying.NAME)
    return row


@writes.service
def learn_places(*, act: Act) -> int:
    """Learn the names of places from the newest filed cases of each node and return how many were named."""
    named: dict[tuple[int, str], list[tuple[float, float]]] = {}
    for row in callers.confirmed(n=NEWEST, newest=True):
        if row.lon is not None and row.lat is not None:
            for name in names_in(row.address):
                named.setdefault((row.node, name), []).append((row.lon, row.lat))
    rows = [
        PlaceName(node=node, name=name, initials=initials(name)[:LONGEST_NAME], lon=at[-1][0], lat=at[-1][1], times=len(at))
        for (node, name), at in sorted(named.items())
    ]
    fields = ["initials", "lon", "lat", "times"]
    PlaceName.objects.bulk_create(rows, update_conflicts=True, unique_fields=["node", "name"], update_fields=fields, batch_size=100)
    return len(rows)


def names_in(address: str) -> tuple[str, ...]:
    """Return an address without number or distance, which names its place, and the address itself."""
    bare = EXACTLY.sub("", address.strip())
    return tuple(name for name in dict.fromkeys((bare, address.strip())) if SHORTEST_NAME <= len(name) <= LONGEST_NAME)
