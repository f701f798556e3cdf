"""What the tests of workbench, board and map share: cases on their way, and who answers for them."""

from typing import Any

from django.test import Client
from django.utils import timezone

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests.telling import report, tell
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.kernel.models import Matter
from chengzhi.kernel.workflow import perform
from chengzhi.organisation.models import Account
from chengzhi.powers import services as powers
from tests.world import COUNTY, LONG_AGO, World

TO_DISPATCH = ("pass_on", "file_case")


def client_of(world: World, role: str, county: str = COUNTY) -> Client:
    """Return the pages as a role of a county sees them."""
    client = Client()
    client.force_login(Account.objects.get(pk=world.account(role, county).pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def waiting(world: World, n: int = 0, county: str = COUNTY) -> Incident:
    """Return a case that waits for dispatch."""
    return tell(world, report(world, n=n, county=county), TO_DISPATCH, county=county)


def in_hand(world: World, n: int = 0) -> Incident:
    """Return a case whose task is signed for."""
    return tell(world, waiting(world, n), ("dispatch", "sign"))


def give_power(world: World, unit: str = "clean", subject: str = "SJ01", **more: Any) -> None:
    """Let a unit answer for a subject in the county."""
    given = {"valid_from": LONG_AGO, "area_kind": "division", "area_code": COUNTY, "node_id": world.county, **more}
    act = Act(actor=SYSTEM, at=timezone.now(), door="system")
    powers.assign(subject=subject, body_id=world.unit(unit), basis_zh="分工", source="测试", act=act, **given)


def ask(world: World, row: Incident, slug: str, **data: Any) -> Matter:
    """Let the department ask for something, and return its task."""
    task = row.matter.parts.get(kind="task", open=True)
    perform(workflow.TASK, task.pk, slug, data, act=world.act("road"))
    return Matter.objects.get(pk=task.pk)


def world_community(world: World) -> str:
    """Return the code of the community of the first cell."""
    return next(cell.code[:12] for cell in world.plan.cells if cell.code.startswith(COUNTY))
