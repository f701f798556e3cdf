"""Questions about the demo city: what stands, and what the table at the end of the command says."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Count

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident, Task
from chengzhi.kernel.models import Clock, Matter, TrailEntry
from chengzhi.kernel.workflow import KINDS
from chengzhi.organisation import queries as organisation
from chengzhi.organisation.models import Account, CommandNode
from chengzhi.territory.city_plan import TIERS
from chengzhi.territory.city_plan.plan import CITY_CODE
from chengzhi.territory.models import Division, GridScheme

STAGES = ("accept", "verify", "file", "dispatch", "sign", "dispose", "send_check", "check", "close", "total")
CODES = CITY_CODE[:4]
SHOWN = ("acceptor", "chief", "dispatcher", "callback", "inspector01", "clean", "road", "squad1", "leader", "sys_admin", "auditor")


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
        due, ended = limits[task]
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
        county = [name for name in fitting if not name.endswith(".sj")] or fitting
        for username in county[:1] + [name for name in fitting if name == "leader.sj"]:
            person = organisation.person_of(names[username])
            found.append({"username": username, "name": person.name, "post": person.post, "unit": person.unit})
    return found
