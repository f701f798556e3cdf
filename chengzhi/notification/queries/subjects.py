"""What a message is about: the matter in a few words that name no person and show nothing that somebody has typed."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from chengzhi.incidents.queries import told as incidents
from chengzhi.incidents.queries.cards import class_words
from chengzhi.kernel.models import Event, Matter, TrailEntry, TrailPayload
from chengzhi.kernel.templatetags.words import short_number
from chengzhi.organisation import queries as organisation

OLD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Subject:
    """A matter as a message tells of it."""

    matter: Matter
    zh: str
    en: str
    link: str
    urgent: bool
    unit: int | None


def subject(matter_id: int) -> Subject | None:
    """Return what to say of a matter, None when nothing is to be said: it is gone, of another context, or a replay of the past."""
    matter = Matter.objects.filter(pk=matter_id).first()
    about = incidents.told(matter) if matter else None
    if matter is None or about is None or about.replayed:
        return None
    zh, en = class_words(about.class_code)
    number = short_number(about.number)
    return Subject(matter, f"{number} {zh}", f"{number} {en}", f"/incidents/{about.number}", about.urgent, about.unit)


def step_is_old(event_id: int, now: datetime) -> bool:
    """Tell whether the step of an event happened more than a day ago by business time: history that is loaded or replayed tells nobody."""
    event = Event.objects.filter(pk=event_id).values("root", "seq").first()
    if event is None:
        return False
    at = TrailEntry.objects.filter(root_id=event["root"], seq=event["seq"]).values_list("at", flat=True).first()
    return at is not None and now - at > OLD


def urged_units(incident_id: int, event_id: int) -> list[int]:
    """Return the units that an urging spoke of: open tasks that the step named, all when it named none."""
    event = Event.objects.filter(pk=event_id).values("root", "seq").first() or {"root": 0, "seq": 0}
    said = TrailPayload.objects.filter(entry__root_id=event["root"], entry__seq=event["seq"]).values_list("body", flat=True).first()
    named = json.loads(said or "{}").get("units", [])
    units = incidents.units_of_open_tasks(incident_id)
    return [unit for unit in units if organisation.name_of(unit) in named] or units
