"""Questions about nodes, units and posts, all answered from memory."""

from collections.abc import Collection, Iterable

from chengzhi.kernel.problems import NotFound, Refused
from chengzhi.organisation.queries.snapshot import Snapshot, today
from chengzhi.organisation.queries.views import BodyView, CrewView, HolderView, NodeView, PostView, UnitView


def node(node_id: int) -> NodeView:
    """Return a command node by its id. Raises NotFound."""
    return _node(today(), node_id)


def _node(taken: Snapshot, node_id: int) -> NodeView:
    found = taken.nodes.get(node_id)
    if found is None:
        raise NotFound(f"没有编号为{node_id}的指挥节点。", f"There is no command node with the id {node_id}.")
    return found


def nodes() -> list[NodeView]:
    """Return all command nodes, ordered by code: the city first."""
    return list(today().nodes.values())


def node_by_code(code: str) -> NodeView:
    """Return the command node of a six-digit division code. Raises NotFound, which names the known codes."""
    taken = today()
    found = taken.node_by_code.get(code)
    if found is None:
        known = "、".join(taken.node_by_code) or "—"
        raise NotFound(
            f"没有行政区划代码为“{code}”的指挥节点，现有：{known}。",
            f"No command node has the code “{code}”; known codes: {known}.",
        )
    return found


def nodes_below(node_id: int) -> frozenset[int]:
    """Return the ids of all nodes below a node, without itself. Raises NotFound."""
    taken = today()
    return taken.below[_node(taken, node_id).id] - {node_id}


def commanding(node_id: int) -> NodeView:
    """Return the node that commands for a node: itself, or the next one above that does it for it."""
    taken = today()
    found = _node(taken, node_id)
    while not found.does_own_command and found.parent is not None:
        found = taken.nodes[found.parent]
    return found


def unit(unit_id: int) -> UnitView:
    """Return a unit by its id, also a closed one. Raises NotFound."""
    found = today().units.get(unit_id)
    if found is None:
        raise NotFound(f"没有编号为{unit_id}的单位。", f"There is no unit with the id {unit_id}.")
    return found


def units_of(node_id: int, kinds: Collection[str] = ()) -> list[UnitView]:
    """Return the units of a node that exist today, ordered by code; `kinds` narrows them."""
    taken = today()
    there = [view for view in taken.units.values() if view.node == node_id and taken.valid(view)]
    return [view for view in there if not kinds or view.kind in kinds]


def units_under(unit_id: int) -> list[UnitView]:
    """Return the units that answer to a unit today, by business or by day; a squad stands under both of its parents."""
    taken = today()
    return [view for view in taken.units.values() if unit_id in (view.parent, view.daily_parent) and taken.valid(view)]


def crews_of(unit_id: int) -> list[CrewView]:
    """Return the crews of a unit, oldest first."""
    taken = today()
    return [taken.crews[crew] for crew in taken.crews_of.get(unit_id, [])]


def post(post_id: int) -> PostView:
    """Return a post that exists today. Raises NotFound."""
    found = today().posts.get(post_id)
    if found is None:
        raise NotFound(f"今天没有编号为{post_id}的岗位。", f"There is no post with the id {post_id} today.")
    return found


def post_of(node_id: int, role_code: str) -> int:
    """Return the post whose queue takes what a role has to do at a node, or at the node that commands for it.

    It is the oldest post of the role there. Raises Refused when there is none, naming node and role.
    """
    taken = today()
    there = commanding(node_id)
    found = taken.posts_with.get((there.id, role_code))
    if not found:
        role = taken.roles.get(role_code)
        zh, en = (role.name_zh, role.name_en) if role else (role_code, role_code)
        raise Refused(
            f"{there.name}今天没有“{zh}”岗位，请先设立该岗位。",
            f"{there.name_en} has no post with the role “{en}” today; open one first.",
            code="no_post",
        )
    return found[0]


def holders_named(text: str, node_id: int, *, limit: int = 20) -> list[HolderView]:
    """Return the units, crews and posts of a node in whose names or codes a text occurs, for pickers; units come first."""
    taken = today()
    wanted = text.strip().casefold()
    units = units_of(node_id)
    known = [(f"{u.short}\n{u.code}", HolderView(u.id, "unit", u.name, u.name_en)) for u in units]
    known += [("", HolderView(c.id, "crew", c.name, c.name_en)) for view in units for c in crews_of(view.id)]
    known += [("", HolderView(p.id, "post", p.name, p.name_en)) for p in taken.posts.values() if p.node == node_id]
    return [view for more, view in known if wanted in f"{view.name}\n{view.name_en}\n{more}".casefold()][:limit]


def holder_names(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the Chinese and English name of each holder, also of closed ones; an unknown id is left out."""
    names = today().names
    return {identifier: names[identifier] for identifier in ids if identifier in names}


def body(identifier: int) -> BodyView | None:
    """Return a unit or command node that can be given work today, None for anything else."""
    taken = today()
    unit_found, node_found = taken.units.get(identifier), taken.nodes.get(identifier)
    if unit_found is not None:
        return BodyView(unit_found.id, "unit", unit_found.node, unit_found.name, unit_found.name_en)
    if node_found is not None:
        return BodyView(node_found.id, "node", node_found.id, node_found.name, node_found.name_en)
    return None


def name_of(identifier: int) -> str:
    """Return the Chinese name of a holder, a dash when it is unknown."""
    return today().names.get(identifier, ("—", "—"))[0]
