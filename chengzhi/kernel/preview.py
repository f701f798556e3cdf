"""The preview beside the work list: one matter with its picture, its last opinion and its steps, the first of them ready to be taken."""

import json
from dataclasses import dataclass
from datetime import datetime

from chengzhi.kernel import cards, inbox, pages
from chengzhi.kernel.access import Actor
from chengzhi.kernel.cards import Photo
from chengzhi.kernel.inbox import Row
from chengzhi.kernel.matter import Family, read
from chengzhi.kernel.models import TrailPayload
from chengzhi.kernel.pages import StepForm, Steps
from chengzhi.kernel.workflow import KINDS
from chengzhi.kernel.workflow.table import Step

EXAMINED = 12


@dataclass(frozen=True, slots=True)
class Opinion:
    """The newest words in the trail: who said them when, at which step."""

    text: str
    at: datetime
    who: str
    step: Step


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that the preview shows to one person."""

    row: Row
    photo: Photo | None
    steps: Steps
    form: StepForm | None
    opinion: Opinion | None


def preview(matter_id: int, actor: Actor) -> Preview:
    """Return the preview of a matter; NotFound when the actor may not see it."""
    family = read(matter_id, actor=actor)
    steps = pages.steps_of(family, actor)
    first = steps.primary
    return Preview(
        row=inbox.row_of(family.matter, actor),
        photo=cards.picture(family, actor),
        steps=steps,
        form=None if first is None else pages.form_of(family.at(first.matter.id), first.step.slug, actor),
        opinion=last_opinion(family, actor),
    )


def last_opinion(family: Family, actor: Actor) -> Opinion | None:
    """Return the newest opinion in the trail that the actor may see."""
    visible = [key for key in family.members if family.at(key).visible_to(actor)]
    newest = TrailPayload.objects.filter(entry__matter_id__in=visible, body__isnull=False).select_related("entry").order_by("-entry__seq")
    for payload in newest[:EXAMINED]:
        said = json.loads(payload.body or "{}").get("opinion")
        if said:
            entry = payload.entry
            return Opinion(said, entry.at, cards.person(entry.actor), KINDS[entry.kind].steps[entry.step])
    return None
