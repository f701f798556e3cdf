"""The table of role × step × scope is complete, and says what the services say."""

from functools import partial

import pytest
from django.db import transaction

from chengzhi.incidents import workflow
from chengzhi.incidents.models import Incident
from chengzhi.kernel.matter import read
from chengzhi.kernel.models import Matter, TrailEntry
from chengzhi.kernel.problems import Invalid, NotAllowed, NotFound, Problem
from chengzhi.kernel.workflow import perform
from chengzhi.organisation import services as organisation
from tests.access.stories import STORIES, add_person, inputs
from tests.access.table import ANSWERS, FILE, SCOPES, cells, person_steps
from tests.world import CITY, COUNTY, OTHER_COUNTY, World, found_small_world

NODES = {"own": COUNTY, "other": OTHER_COUNTY, "city": CITY}
# A role that may hold the matter is asked twice: as the one who holds it, and as a colleague who does not.
COLUMNS = {"dept_operator": "road", "dept_operator_elsewhere": "clean"}
ELSEWHERE = "_elsewhere"
INSPECTOR = "inspector"


class _Undone(Exception):
    """Takes back what was only tried."""


@pytest.fixture
def world(db: None) -> World:
    """The small world with a head of the road department everywhere, and two inspectors of another duty grid."""
    made = found_small_world()
    for county in NODES.values():
        add_person(made, "dept_lead", "road", "dept_lead", county)
        for name in ("inspector_one", "inspector_two"):
            add_person(made, name, "centre", "inspector", county, area_code="another-grid")
    return made


def test_the_table_names_every_step_every_scope_and_every_role() -> None:
    steps, scopes = person_steps(), [(cell.kind, cell.slug, cell.scope) for cell in cells() if cell.role == INSPECTOR]
    wanted = [(kind, slug, scope) for kind, slug in steps for scope in SCOPES]
    missing = [f"Add {kind}.{slug} in scope {scope} to {FILE.name}" for kind, slug, scope in wanted if (kind, slug, scope) not in scopes]
    missing += [f"Add the story before {slug} to STORIES in stories.py" for _, slug in steps if slug not in STORIES]
    assert not missing, "\n".join(missing)
    assert len(scopes) == len(set(scopes)) == 3 * len(steps)
    roles = {row["code"] for row in organisation.rows_in(organisation.ROLES_FILE)}
    assert {cell.role.removesuffix(ELSEWHERE) for cell in cells()} == roles
    assert {cell.answer for cell in cells()} <= set(ANSWERS)


def test_the_table_lets_nobody_of_another_county_near_anything() -> None:
    assert {cell.answer for cell in cells() if cell.scope == "other"} == {"hidden"}
    above = {cell.role for cell in cells() if cell.scope == "city" and cell.answer in {"yes", "holder"}}
    assert above == {"supervisor_lead", "leader"}, "only those who read the counties too may act there"


@pytest.mark.parametrize(("kind", "slug"), person_steps())
def test_the_services_say_what_the_table_says(kind: str, slug: str, world: World) -> None:
    row = Incident.objects.select_related("matter").get(pk=STORIES[slug](world).pk)
    given = inputs(world, row, slug)
    counts = (TrailEntry.objects.count(), Matter.objects.count())
    expected = {(cell.scope, cell.role): cell.answer for cell in cells() if (cell.kind, cell.slug) == (kind, slug)}
    told = {(scope, role): answer(world, row, slug, given, scope, role) for scope, role in expected}
    assert told == expected
    assert (TrailEntry.objects.count(), Matter.objects.count()) == counts


def answer(world: World, row: Incident, slug: str, given: dict[str, object], scope: str, role: str) -> str:
    """Return what one post is told when it takes a step, as a word of the table; nothing stays of it."""
    act = world.act(person(world, row, role, NODES[scope]), NODES[scope])
    try:
        with transaction.atomic():
            perform(workflow.INCIDENT, row.pk, slug, given, act=act)
            raise _Undone
    except NotFound:
        return "hidden"
    except NotAllowed as refused:
        return refused.faults[0].code.removeprefix("kernel.")
    except Invalid as problem:
        raise AssertionError(f"{slug}: give inputs that pass the form: {problem.en}") from problem
    except (Problem, _Undone):
        return "yes"


def person(world: World, row: Incident, role: str, county: str) -> str:
    """Return who stands for a column: of inspectors the one who holds or last held a part of this case, or one who never did."""
    if not role.startswith(INSPECTOR):
        return COLUMNS.get(role, role)
    names = [name for code, name in world.accounts if code == county and name.startswith(INSPECTOR)]
    holders = list(Matter.objects.filter(root=row.matter.root_id).order_by("-open", "-pk").values_list("holder_id", flat=True))
    held = [name for holder in holders for name in names if holder in world.actor(name, county).holders]
    others = [name for name in names if name not in held]
    return others[0] if role.endswith(ELSEWHERE) else next(iter(held), others[-1])


@pytest.mark.parametrize(
    ("role", "readers"), [("supervisor_lead", True), ("leader", True), ("auditor", True), ("chief", False), ("sys_admin", False)]
)
def test_the_city_reads_its_counties_as_far_as_its_roles_say(role: str, readers: bool, world: World) -> None:
    row = STORIES["pass_on"](world)
    look = partial(read, row.pk, actor=world.actor(role, CITY))
    if readers:
        assert look().focus == row.pk
    else:
        with pytest.raises(NotFound):
            look()
