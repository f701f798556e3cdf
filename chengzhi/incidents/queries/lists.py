"""Lists of incidents: every supported pair of filter and order is one row of a table that names the index answering it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from chengzhi.incidents.queries import registers
from chengzhi.kernel.access import Actor
from chengzhi.kernel.problems import Invalid
from chengzhi.organisation import queries as organisation

MOST = 100
WALKED = 1000
EXAMINED = 10_000


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty means all."""

    state: str = ""
    class_code: str = ""
    source: str = ""
    due: str = ""  # "open": everything open by time left; "overdue": red only
    unit: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def given(self) -> frozenset[str]:
        """Return the names of the filters in use."""
        return frozenset(field.name for field in fields(self) if getattr(self, field.name))


@dataclass(frozen=True, slots=True)
class Listing:
    """One supported pair: which filters, in which order, over which index."""

    filters: frozenset[str]
    order: str
    index: str
    where: str

    @property
    def by_matter(self) -> bool:
        """Whether the index is one of matters; otherwise it is one of incidents."""
        return self.where.startswith(BY_MATTER)


BY_MATTER = "kernel_matter m WHERE m.kind = 'incident' AND m.node_id = %(node)s"
BY_INCIDENT = "incidents_incident i WHERE i.node_id = %(node)s"
LISTS = (
    Listing(frozenset(), "newest", "matter_newest_of_node", BY_MATTER),
    Listing(frozenset({"state"}), "newest", "matter_state_of_node", BY_MATTER + " AND m.state = %(state)s"),
    Listing(frozenset({"class_code"}), "newest", "incident_class_of_node", BY_INCIDENT + " AND i.class_code = %(class_code)s"),
    Listing(frozenset({"source"}), "newest", "incident_source_of_node", BY_INCIDENT + " AND i.source = %(source)s"),
    Listing(frozenset({"due"}), "due", "matter_due_of_node", BY_MATTER + " AND m.open AND m.due_at IS NOT NULL"),
)
# By the name of an order: the order itself, what lies beyond an edge, and the order of what was found.
ORDERS = {
    "newest": ("id DESC", "examined.id < edge.id", "found.id DESC"),
    "due": ("due_at, id", "(examined.due_at, examined.id) > (edge.due_at, edge.id)", "found.due_at, found.id"),
}
COLUMNS = (
    "m.id, m.number, m.state, m.open, m.version, m.opened_at, m.due_at, m.amber_at, m.node_id, m.holder_id, "
    "i.class_code, i.source, i.urgent, i.address, i.description, i.rework_count, i.replayed, i.lead_unit_id, i.lon, i.lat, "
    "i.urged, i.recurrences, i.self_handled, i.reopen_count"
)
NAMES = tuple(column.strip().split(".")[1] for column in COLUMNS.split(","))


def page(actor: Actor, asked: Filter, *, cursor: str = "", limit: int = 20) -> dict[str, Any]:
    """Return one page of the incidents that the actor may see: rows, cursor of the next page, and whether the page looked no further.

    Keyset paging: a page costs the same wherever it lies. Pairs outside the table examine at most 10,000 rows of each node; the page then
    ends where the first node was left, says so, and its cursor goes on from there, so that walking on leaves nothing out.
    """
    return _page(actor, asked, cursor, max(1, min(limit, MOST)))


def walk(actor: Actor, asked: Filter, most: int) -> Iterator[list[dict[str, Any]]]:
    """Yield up to so many incidents that the actor may see, in the order of the list, at most a thousand at a time."""
    cursor, given = "", 0
    while given < most:
        found = _page(actor, asked, cursor, min(WALKED, most - given))
        if found["rows"]:
            yield found["rows"]
        given += len(found["rows"])
        cursor = found["cursor"]
        if not cursor:
            return


def _page(actor: Actor, asked: Filter, cursor: str, limit: int) -> dict[str, Any]:
    given = asked.given()
    listing, rest = _choose(given)
    ranges = [_of_node(listing, node) for node in sorted(actor.nodes)] or [_of_holders(listing)]
    values: dict[str, Any] = {
        **{name: getattr(asked, name) for name in ("state", "class_code", "source", "unit", "since", "until")},
        "now": timezone.now(),
        "limit": limit + 1,
        "examined": EXAMINED,
        "last_examined": EXAMINED - 1,
        "holders": list(actor.holders) or [0],
        **{f"node_{node}": node for node in actor.nodes},
    }
    after = _after(listing, cursor, values)
    sql = _sql(listing, ranges, asked, rest, after)
    rows, edge = _fetch(sql, values)
    if rows[limit:]:
        return {"rows": rows[:limit], "cursor": _cursor_of(listing.order, rows[limit - 1]), "narrow": False}
    return {"rows": rows, "cursor": _cursor_of(listing.order, edge) if edge else "", "narrow": edge is not None}


def _choose(given: frozenset[str]) -> tuple[Listing, frozenset[str]]:
    fitting = [listing for listing in LISTS if listing.filters <= given]
    best = max(fitting, key=lambda listing: (len(listing.filters), listing.order == "due", listing.filters == {"class_code"}))
    return best, given - best.filters


def _of_node(listing: Listing, node: int) -> str:
    return listing.where.replace("%(node)s", f"%(node_{node})s")


def _of_holders(listing: Listing) -> str:
    held = "(SELECT parent_id FROM kernel_matter WHERE holder_id IN ({holders}) AND parent_id IS NOT NULL)"
    return listing.where.replace("m.node_id = %(node)s", f"m.id IN {held}").replace("i.node_id = %(node)s", f"i.matter_id IN {held}")


def _after(listing: Listing, cursor: str, values: dict[str, Any]) -> str:
    if not cursor:
        return ""
    try:
        moment, _, identifier = cursor.rpartition("~")
        values["last_id"] = last = int(identifier)
        if not 0 <= last < 1 << 63:
            raise ValueError("no id")
        if listing.order == "due":
            values["last_due"] = datetime.fromisoformat(moment)
            return " AND (m.due_at, m.id) > (%(last_due)s, %(last_id)s)"
    except ValueError:
        raise Invalid(
            f"翻页标记“{cursor[:40]}”无效，请从第一页开始。", f"The cursor “{cursor[:40]}” is not valid; start at the first page."
        ) from None
    return f" AND {_key(listing)} < %(last_id)s"


def _key(listing: Listing) -> str:
    return "m.id" if listing.by_matter else "i.matter_id"


def _sql(listing: Listing, ranges: list[str], asked: Filter, rest: frozenset[str], after: str) -> str:
    order = ORDERS[listing.order][0]
    inner_order = "m.due_at, m.id" if listing.order == "due" else f"{_key(listing)} DESC"
    other = "m JOIN incidents_incident i ON i.matter_id = m.id" if listing.by_matter else "i JOIN kernel_matter m ON m.id = i.matter_id"
    overdue = " AND m.due_at < %(now)s" if asked.due == "overdue" else ""
    most = "%(examined)s" if rest else "%(limit)s"
    # The page is cut from one table, by its index, before the other table is joined: no plan can read more than the page.
    parts = [
        f"SELECT {COLUMNS} FROM (SELECT * FROM {where}{after}{overdue} ORDER BY {inner_order} LIMIT {most}) {other}" for where in ranges
    ]
    if not rest:
        return f"SELECT *, NULL, NULL FROM ({' UNION ALL '.join(parts)}) found ORDER BY {order} LIMIT %(limit)s"
    return _narrowed(parts, [_condition(name) for name in sorted(rest)], listing.order)


def _condition(name: str) -> str:
    conditions = {
        "state": "state = %(state)s",
        "class_code": "class_code = %(class_code)s",
        "source": "source = %(source)s",
        "unit": "(lead_unit_id = %(unit)s OR holder_id = %(unit)s)",
        "since": "opened_at >= %(since)s",
        "until": "opened_at < %(until)s",
    }
    return conditions[name]


def _narrowed(parts: list[str], conditions: list[str], order_name: str) -> str:
    """Return the statement that looks through the examined rows of each node, as far as the node that was left first.

    A node that gave all it may is left at its last row, its edge; what another node has beyond the nearest edge belongs to the next page.
    """
    order, beyond, found = ORDERS[order_name]
    numbers = range(len(parts))
    tables = ", ".join(f"part{n} AS ({parts[n]})" for n in numbers)
    edges = " UNION ALL ".join(
        f"SELECT * FROM (SELECT due_at, id FROM part{n} ORDER BY {order} LIMIT 1 OFFSET %(last_examined)s) edge{n}" for n in numbers
    )
    union = " UNION ALL ".join(f"SELECT * FROM part{n}" for n in numbers)
    where = " AND ".join([*conditions, f"NOT EXISTS (SELECT 1 FROM edge WHERE {beyond})"])
    return (
        f"WITH {tables}, edges AS ({edges}), edge AS (SELECT due_at, id FROM edges ORDER BY {order} LIMIT 1) "
        f"SELECT found.*, edge.due_at, edge.id FROM (SELECT 1 AS one) always LEFT JOIN edge ON TRUE "
        f"LEFT JOIN (SELECT * FROM ({union}) examined WHERE {where} ORDER BY {order} LIMIT %(limit)s) found ON TRUE ORDER BY {found}"
    )


def _fetch(sql: str, values: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    holders = values.pop("holders")
    sql = sql.replace("{holders}", ", ".join(str(int(holder)) for holder in holders))
    if connection.vendor == "sqlite":
        values = {
            key: value.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if isinstance(value, datetime) else value
            for key, value in values.items()
        }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    rows = [dict(zip(NAMES, row[:-2], strict=True)) for row in found if row[0] is not None]
    names = organisation.holder_names({row[key] for row in rows for key in ("node_id", "holder_id", "lead_unit_id")})
    edge = {"due_at": moment(found[0][-2]), "id": found[0][-1]} if found and found[0][-1] is not None else None
    return [as_row(row, names) for row in rows], edge


def moment(value: Any) -> datetime | None:
    """Return a stored moment as aware datetime on both databases."""
    if value is None or isinstance(value, datetime):
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


def as_row(values: dict[str, Any], names: dict[int, tuple[str, str]]) -> dict[str, Any]:
    """Return one row of a list with names beside codes."""
    known = registers.class_view(values["class_code"])
    holder = values["holder_id"] or values["lead_unit_id"] or 0
    return {
        **values,
        "open": bool(values["open"]),
        "urgent": bool(values["urgent"]),
        "replayed": bool(values["replayed"]),
        "opened_at": moment(values["opened_at"]),
        "due_at": moment(values["due_at"]),
        "amber_at": moment(values["amber_at"]),
        "class_zh": known.name_zh if known else values["class_code"],
        "class_en": known.name_en if known else values["class_code"],
        "major_zh": known.major_zh if known else "",
        "node_zh": names.get(values["node_id"], ("", ""))[0],
        "holder_zh": names.get(holder, ("", ""))[0],
        "holder_en": names.get(holder, ("", ""))[1],
    }


def _cursor_of(order: str, row: dict[str, Any]) -> str:
    return f"{row['due_at'].isoformat()}~{row['id']}" if order == "due" else f"~{row['id']}"
