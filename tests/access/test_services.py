"""Every service that is given a matter judges first whether the actor may know of it: another county's is as one that is not there."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps

import chengzhi
from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import NotFound
from tests.access.scene import Scene, first_county
from tests.access.stories import add_person
from tests.access.test_doors import everything, read_of
from tests.world import CENTRE_ROLES, OTHER_COUNTY, found_small_world

# What is called only within another service or a reaction, which has judged the matter: they neither read it nor change it.
WITHIN = {"documents.attach", "notification.tell"}
# Those that speak for citizens, who have no county: the portal judges beforehand that the case is one that the citizen follows.
FOR_CITIZENS = {
    "incidents.citizen_joined",
    "incidents.citizen_asked",
    "incidents.citizen_wishes_redo",
    "incidents.forget_reporter",
}
NOWHERE = (0, 1, (1 << 63) - 1, 1 << 63)


def services_of_matters() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every service of a service room that takes the id of a matter and an act, with its name."""
    for module in _modules():
        for name, function in vars(module).items():
            is_service = inspect.isfunction(function) and hasattr(function, "__wrapped__")  # the mark of @service and @step
            if is_service and not name.startswith("_") and {"matter_id", "act"} <= set(inspect.signature(function).parameters):
                yield f"{module.__name__.split('.')[1]}.{name}", function


def _modules() -> Iterator[Any]:
    contexts = [one.name.rpartition(".")[2] for one in apps.get_app_configs() if one.name.startswith(chengzhi.__name__)]
    for context in contexts:
        if importlib.util.find_spec(f"chengzhi.{context}.services") is None:
            continue
        room = importlib.import_module(f"chengzhi.{context}.services")
        yield room
        for found in pkgutil.iter_modules(getattr(room, "__path__", ())):
            yield importlib.import_module(f"{room.__name__}.{found.name}")


SERVICES = {name: function for name, function in services_of_matters() if name not in WITHIN | FOR_CITIZENS}


@pytest.fixture
def scene(db: None) -> Scene:
    """The first county with everything that one may have."""
    made = found_small_world()
    add_person(made, "dept_lead", "road", "dept_lead", OTHER_COUNTY)
    return first_county(made)


def taken(function: Callable[..., Any], key: int, act: Act) -> NotFound:
    """Return how a service refuses a matter; its other inputs are nothing at all, so that whatever is judged before the scope breaks."""
    parameters = inspect.signature(function).parameters.values()
    others = {one.name: object() for one in parameters if one.default is one.empty and one.name not in {"matter_id", "act"}}
    with pytest.raises(NotFound) as refusal:
        function(matter_id=key, act=act, **others)
    return refusal.value


def test_the_services_of_the_loop_are_found() -> None:
    assert {"incidents.close", "incidents.sample_check", "incidents.supplement", "incidents.urge_by_time"} <= set(SERVICES)
    assert len(SERVICES) >= 50


@pytest.mark.parametrize("role", [*CENTRE_ROLES, "road", "dept_lead", "inspector"])
def test_a_service_knows_nothing_of_another_countys_matter(role: str, scene: Scene) -> None:
    act, before, kept = scene.world.act(role, OTHER_COUNTY), everything(), read_of(scene)
    for name, function in SERVICES.items():
        for key in (*scene.matters, *NOWHERE):
            refusal = taken(function, key, act)
            assert (refusal.status, refusal.code, refusal.zh.replace(str(key), "…")) == (
                404,
                "not_found",
                "没有找到“…”，或者它不在您的权限范围内。",
            ), f"{name} of {key}"
    assert (everything(), read_of(scene)) == (before, kept)
