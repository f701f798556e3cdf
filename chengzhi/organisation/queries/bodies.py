"""Questions about nodes, units and posts, all answered from memory."""

from collections.abc import Collection, Iterable

from chengzhi.kernel.problems import NotFound, Refused
from chengzhi.organisation.queries.snapshot import Snapshot, today
from chengzhi.organisation.queries.views import BodyView, CrewView, NodeView, PostView, UnitView


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


def holders_named(text: str, node_id: int, *, limit: int = 20) -> list[BodyView]:
    """Return the units, crews and posts of a node in whose names or codes a text occurs, for pickers; units come first."""
    taken = today()
    wanted = text.strip().casefold()
    units = units_of(node_id)
    crews = [crew for view in units for crew in crews_of(view.id)]
    posts = [view for view in taken.posts.values() if view.node == node_id]
    known = [(f"{u.short}\n{u.code}", BodyView(u.id, "unit", node_id, u.name, u.name_en)) for u in units]
    known += [("", BodyView(c.id, "crew", node_id, c.name, c.name_en)) for c in crews]
    known += [("", BodyView(p.id, "post", node_id, p.name, p.name_en)) for p in posts]
    return [view for more, view in known if wanted in f"{view.name}\n{view.name_en}\n{more}".casefold()][:limit]


def body(body_id: int) -> BodyView | None:
    """Return the node, or the unit that exists today, to which work can be given; nothing for any other id."""
    taken = today()
    if (there := taken.nodes.get(body_id)) is not None:
        return BodyView(there.id, "node", there.id, there.name, there.name_en)
    found = taken.units.get(body_id)
    if found is None or not taken.valid(found):
        return None
    return BodyView(found.id, "unit", found.node, found.name, found.name_en)


def name_of(holder_id: int) -> str:
    """Return the Chinese name of a holder, also of a closed one; a dash for an unknown id."""
    return today().names.get(holder_id, ("—", "—"))[0]


def holder_names(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the Chinese and English name of each holder, also of closed ones; an unknown id is left out."""
    names = today().names
    return {identifier: names[identifier] for identifier in ids if identifier in names}
