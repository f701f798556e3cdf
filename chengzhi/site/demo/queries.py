"""Questions about the demo city: what stands, and what the table at the end of the command says."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Count

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident, Task
from chengzhi.kernel.models import Clock, Matter, RegisterVersion, TrailEntry
from chengzhi.kernel.workflow import KINDS
from chengzhi.organisation import queries as organisation
from chengzhi.organisation.models import Account, CommandNode
from chengzhi.portal.models import Followed
from chengzhi.territory.city_plan import TIERS
from chengzhi.territory.city_plan.plan import CITY_CODE
from chengzhi.territory.models import Division, GridScheme

STAGES = ("accept", "verify", "file", "dispatch", "sign", "dispose", "send_check", "check", "close", "total")
MARK = "demo"
OF_CITY = ".sj"
CODES = CITY_CODE[:4]
SHOWN = (
    "acceptor", "chief", "dispatcher", "callback", "supervisor_lead", "leader", "inspector01", "clean", "road", "squad1",
    "sys_admin", "auditor",
)  # fmt: skip
SHOWN_OF_CITY = ("acceptor", "chief", "dispatcher", "leader")


def schemes() -> list[str]:
    """Return the codes of the grid schemes that stand."""
    return list(GridScheme.objects.order_by("code").values_list("code", flat=True))


def nodes() -> int:
    """Return how many command nodes there are."""
    return CommandNode.objects.count()


def incidents() -> int:
    """Return how many incidents there are."""
    return Incident.objects.count()


def foreign() -> str:
    """Return what in the database belongs to no demo city, in few words; nothing when all of it does."""
    known = {f"{CITY_CODE}-{tier}" for tier in TIERS}
    for name, there in (
        ("grid_scheme", GridScheme.objects.exclude(code__in=known).values_list("code", flat=True)),
        ("division", Division.objects.exclude(code__startswith=CODES).values_list("code", flat=True)),
        ("node", CommandNode.objects.exclude(code__startswith=CODES).values_list("code", flat=True)),
        ("account", Account.objects.filter(staff__isnull=True).values_list("username", flat=True)),
    ):
        first = there.first()
        if first is not None:
            return f"{name} {first}"
    return ""


def tally(now: datetime) -> dict[str, Any]:
    """Return the counts of all incidents of the city, by state, light, stage and department."""
    roots = Matter.objects.filter(kind=workflow.INCIDENT.name, parent__isnull=True)
    states = dict(roots.order_by().values_list("state").annotate(n=Count("id")))
    open_ones = list(roots.filter(open=True).values_list("due_at", "amber_at"))
    filed = Incident.objects.filter(matter__parent__isnull=True, filed_at__isnull=False).count()
    return {
        "reports": sum(states.values()),
        "filed": filed,
        "merged": states.get(workflow.MERGED, 0),
        "refused": states.get(workflow.REFUSED, 0) + states.get(workflow.NOT_FILED, 0),
        "void": states.get(workflow.VOIDED, 0),
        "closed": states.get(workflow.CLOSED, 0),
        "open": len(open_ones),
        "yellow": sum(1 for due, amber in open_ones if due and amber and amber <= now < due),
        "red": sum(1 for due, _ in open_ones if due and due <= now),
        "states": {state: states[state] for state in KINDS["incident"].states if state in states},
        "steps": TrailEntry.objects.count(),
        "stages": _stages(now),
        "departments": _departments(now),
    }


def _stages(now: datetime) -> list[dict[str, Any]]:
    need: dict[str, int] = defaultdict(int)
    timely: dict[str, int] = defaultdict(int)
    rows = Clock.objects.filter(due_at__isnull=False).values_list("kind", "due_at", "ended_at")
    for kind, due, ended in rows.iterator():
        if due is not None and (ended is not None or due <= now):
            need[kind] += 1
            timely[kind] += ended is not None and ended <= due
    words = {slug: clock.zh for kind in KINDS.values() for slug, clock in kind.clocks.items()}
    return [
        {"stage": stage, "zh": words[stage], "need": need[stage], "in_time": timely[stage], "share": round(timely[stage] / need[stage], 4)}
        for stage in STAGES
        if need[stage]
    ]


def _departments(now: datetime) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    clocks = Clock.objects.filter(kind="dispose", due_at__isnull=False).values_list("matter_id", "due_at", "ended_at")
    limits = {task: (due, ended) for task, due, ended in clocks}
    for task, unit, state, going in Task.objects.values_list("matter_id", "unit_id", "matter__state", "matter__open"):
        row = found.setdefault(unit, {"unit": organisation.name_of(unit), "tasks": 0, "in_time": 0, "late": 0, "open": 0, "overdue": 0})
        row["tasks"] += 1
        row["open"] += going
        due, ended = limits.get(task, (None, None))  # a suspended task has no deadline
        row["overdue"] += going and due is not None and due <= now
        if state == workflow.DONE:
            row["in_time" if due is not None and ended is not None and ended <= due else "late"] += 1
    return sorted(found.values(), key=lambda row: (-row["tasks"], row["unit"]))


def accounts() -> list[dict[str, str]]:
    """Return one account for each kind of post, with the names of post and unit, to be printed."""
    names = dict(Account.objects.values_list("username", "id"))
    found = []
    for role in SHOWN:
        fitting = sorted(name for name in names if name.split(".")[0] == role)
        county = [name for name in fitting if not name.endswith(OF_CITY)] or fitting
        for username in county[:1] + [name for name in fitting if name == role + OF_CITY and role in SHOWN_OF_CITY]:
            person = organisation.person_of(names[username])
            found.append({"username": username, "name": person.name, "post": person.post, "unit": person.unit})
    return found


def marked() -> bool:
    """Tell whether the demo was founded in this database and nothing else is in it."""
    return RegisterVersion.objects.filter(register=MARK).exists() and not foreign()


def account_of(username: str) -> Account | None:
    """Return one of the accounts that are printed; nobody else is a person of the demo that one may become."""
    shown = {row["username"] for row in accounts()}
    return Account.objects.filter(username=username, is_active=True).first() if username in shown else None


def open_visits(kind: str) -> list[tuple[int, int, int]]:
    """Return the open parts of a kind with their holders and versions, oldest first."""
    rows = Matter.objects.filter(kind=kind, open=True, holder__isnull=False).order_by("id")
    return [(pk, holder, version) for pk, holder, version in rows.values_list("id", "holder_id", "version") if holder is not None]


def place_of_part(matter_id: int) -> Incident:
    """Return the incident to which a part belongs."""
    return Incident.objects.get(matter__parts=matter_id)


def from_citizens() -> list[Incident]:
    """Return the incidents that citizens reported themselves and that nobody follows yet, oldest first."""
    known = Followed.objects.values("incident")
    return list(Incident.objects.filter(source="public").exclude(pk__in=known).select_related("matter").order_by("pk"))


def unrated(share: int = 3) -> list[str]:
    """Return the codes of citizens whose reports were dealt with and who say nothing yet, but for each third of them, oldest first."""
    done = Followed.objects.filter(own=True, incident__matter__state=workflow.CLOSED, rating__isnull=True)
    known = list(done.order_by("incident").values_list("code", flat=True))
    return [code for turn, code in enumerate(known) if (turn + 1) % share]


def called_about(node: int, most: int = 6) -> list[tuple[str, int]]:
    """Return the numbers and versions of incidents of a node that citizens reported and that departments work on, newest first."""
    at_work = Matter.objects.filter(kind=workflow.INCIDENT.name, state=workflow.DISPOSING, node=node)
    theirs = Incident.objects.filter(matter__in=at_work, source__in=("12319", "12345")).order_by("-pk")
    return list(theirs.values_list("matter__number", "matter__version")[:most])


def codes(most: int = 4) -> list[dict[str, str]]:
    """Return a few codes of citizens, one for each state of what they follow, to be printed."""
    found: dict[str, str] = {}
    for code, state in Followed.objects.order_by("-incident").values_list("code", "incident__matter__state"):
        found.setdefault(state, code)
    words = KINDS["incident"].states
    return [{"code": code, "state": words[state].zh} for state, code in sorted(found.items())][:most]


def followed_code() -> str:
    """Return the code of a citizen whose report was dealt with, or any; nothing where nobody follows."""
    closed = Followed.objects.filter(incident__matter__state=workflow.CLOSED).order_by("-pk").values_list("code", flat=True).first()
    return closed or Followed.objects.order_by("-pk").values_list("code", flat=True).first() or ""
