"""Work given to crews: what they handed back, and the signed link by which one works without an account."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.utils import timezone

from chengzhi.documents import queries as documents
from chengzhi.incidents import workflow
from chengzhi.incidents.models import CrewJob
from chengzhi.incidents.queries.cards import class_words
from chengzhi.incidents.queries.facts import incident_family, incident_row
from chengzhi.kernel import lights
from chengzhi.kernel.access import Actor, act_now
from chengzhi.kernel.cards import options
from chengzhi.kernel.lights import Standing
from chengzhi.kernel.matter import Family, read
from chengzhi.kernel.models import Matter
from chengzhi.kernel.problems import NotFound
from chengzhi.kernel.workflow.table import State
from chengzhi.organisation import queries as organisation

SALT = "chengzhi.incidents.crew"
SHOWN_STAGES = ("report", "verify")
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CrewPage:
    """What the crew's page shows: what, where, until when, and nothing about any person."""

    token: str
    matter: Matter
    state: State
    crew: Words
    unit: Words
    klass: Words
    address: str
    position: tuple[float, float] | None
    instructions: str
    until: datetime
    standing: Standing
    photos: tuple[int, ...]
    result: str
    needs_photo: bool
    phrases: tuple[Words, ...]

    @property
    def open(self) -> bool:
        """Whether the work is still to be handed back."""
        return self.matter.open


def handed_back(task: Family) -> tuple[list[int], int]:
    """Return the pictures that crews handed back for a task, and how many of them were new to the incident."""
    jobs = {part.focus for part in task.parts(workflow.CREW_JOB.name)}
    if not jobs:
        return [], 0
    found = [piece["id"] for piece in documents.of_matter(task.root.id) if piece["matter"] in jobs]
    return found, sum(CrewJob.objects.filter(pk__in=jobs, done_at__isnull=False).values_list("pictures", flat=True))


def words_of_crews(task: Family) -> list[str]:
    """Return what crews wrote when they handed their work back, the latest first."""
    jobs = [part.focus for part in task.parts(workflow.CREW_JOB.name)]
    return list(CrewJob.objects.filter(pk__in=jobs, done_at__isnull=False).order_by("-pk").values_list("result", flat=True)) if jobs else []


def link_of(job: CrewJob) -> str:
    """Return the address of a crew's page; it names its end and cannot be guessed or changed."""
    token = signing.Signer(salt=SALT).sign_object([str(job.pk), int(job.link_until.timestamp())])
    return f"/crew/{token}/"


def links_of_task(task: Family, actor: Actor) -> dict[int, str]:
    """Return the links of a task's open crew jobs by their ids, for those who act for the unit; nobody else gets them."""
    unit = task.matter.asker_id or task.matter.holder_id
    jobs = [part.focus for part in task.parts(workflow.CREW_JOB.name, only_open=True)]
    if unit not in actor.holders or not jobs:
        return {}
    return {job.pk: link_of(job) for job in CrewJob.objects.filter(pk__in=jobs)}


def job_behind(token: str) -> tuple[CrewJob, Actor]:
    """Return the job of a link and the crew as the one who acts. Raises NotFound for a forged, ended or withdrawn link."""
    try:
        key, until = signing.Signer(salt=SALT).unsign_object(token)
        known, ends = int(key), int(until)
    except (signing.BadSignature, ValueError, TypeError):
        raise _no_link() from None
    job = CrewJob.objects.select_related("matter", "crew").filter(pk=known).first()
    if job is None or timezone.now().timestamp() > ends or not (job.matter.open or job.done_at):
        raise _no_link()
    crew = job.crew
    rights = {workflow.CREW_WORK: frozenset({job.matter.node_id})}
    return job, Actor(crew.pk, crew.name_zh, rights, frozenset(), frozenset({crew.pk}), unit=crew.pk, node=job.matter.node_id)


def crew_page(token: str) -> CrewPage:
    """Return the page behind a crew's link. Raises NotFound."""
    job, actor = job_behind(token)
    family = read(job.pk, actor=actor)
    row = incident_row(family, act_now(actor))
    unit = family.parent.matter.asker_id or family.parent.matter.holder_id if family.parent is not None else None
    names = organisation.holder_names([job.crew.pk, unit or 0])
    clock = family.clocks[family.focus].get("inner")
    seen = incident_family(family)
    position = (row.lon, row.lat) if row.lon is not None and row.lat is not None else None
    return CrewPage(
        token=token,
        matter=family.matter,
        state=workflow.CREW_JOB.states[family.matter.state],
        crew=names.get(job.crew.pk, ("", "")),
        unit=names.get(unit or 0, ("", "")),
        klass=class_words(row.class_code),
        address=row.address,
        position=position,
        instructions=job.instructions,
        until=job.until,
        standing=lights.standing(family.matter.due_at, family.matter.amber_at, clock),
        photos=tuple(_shown(seen)),
        result=job.result,
        needs_photo=True,
        phrases=tuple((option.zh, option.en) for option in options("textarea:crew_done", family, actor)) if family.matter.open else (),
    )


def _shown(seen: Family) -> list[int]:
    pieces = documents.of_matter(seen.root.id)
    return [piece["id"] for piece in pieces if piece["kind"] == "image" and piece["stage"] in SHOWN_STAGES][:6]


def picture_for_crew(token: str, attachment_id: int, size: str) -> documents.Opened:
    """Return a picture of the problem to whoever has the crew's link. Raises NotFound."""
    job, actor = job_behind(token)
    family = read(job.pk, actor=actor)
    if size not in {"small", "large"} or attachment_id not in _shown(incident_family(family)):
        raise _no_link()
    return documents.opened(attachment_id, size, actor)


def _no_link() -> NotFound:
    return NotFound(
        "这个链接已失效或不完整，请向派活的单位重新索取。",
        "This link has ended or is not complete; ask the unit that gave you the work for a new one.",
        code="no_such_link",
    )
