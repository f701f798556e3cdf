"""Families: a root matter, all its parts and their clocks, read together and locked in one order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from chengzhi.kernel import rows, writes
from chengzhi.kernel.access import SYSTEM_ID, Act, Actor
from chengzhi.kernel.models import Clock, Matter
from chengzhi.kernel.problems import Conflict, NotFound, VersionMissing

_SELECT = (
    f"SELECT {rows.columns(Matter, 'm')}, {rows.columns(Clock, 'c')} "
    'FROM "kernel_matter" m LEFT JOIN "kernel_clock" c ON c."matter_id" = m."id"'
)
_FOUND = {
    "id": '(SELECT "root_id" FROM "kernel_matter" WHERE "id" = %s)',
    # A matter that got its final number later is still found by the one that was told first.
    "number": (
        '(SELECT "root_id" FROM "kernel_matter" WHERE "number" = %s '
        'UNION SELECT "root_id" FROM "kernel_matter" WHERE "earlier_number" = %s)'
    ),
}


@dataclass
class Family:
    """One matter in focus with its root, its parts and their clocks. `at` gives the same family with another focus.

    `nouns` holds the rows of contexts that a query has read for these matters, so that they are read once and changed in one place.
    """

    focus: int
    members: dict[int, Matter] = field(default_factory=dict)
    clocks: dict[int, dict[str, Clock]] = field(default_factory=dict)
    nouns: dict[int, Any] = field(default_factory=dict)

    @property
    def matter(self) -> Matter:
        """The matter in focus."""
        return self.members[self.focus]

    @property
    def root(self) -> Matter:
        """The matter whose trail all of them share."""
        return self.members[self.matter.root_id]

    @property
    def parent(self) -> "Family | None":
        """The same family seen from the parent of the focus."""
        return None if self.matter.parent_id is None else self.at(self.matter.parent_id)

    def at(self, matter_id: int) -> "Family":
        """Return the same family with another matter in focus."""
        return Family(matter_id, self.members, self.clocks, self.nouns)

    def add(self, matter: Matter) -> "Family":
        """Take a new part in and return the family seen from it."""
        self.members[matter.id] = matter
        self.clocks.setdefault(matter.id, {})
        return self.at(matter.id)

    def parts(self, kind: str = "", *, only_open: bool = False) -> "list[Family]":
        """Return the parts of the matter in focus, oldest first."""
        return [
            self.at(m.id)
            for m in self.members.values()
            if m.parent_id == self.focus and (not kind or m.kind == kind) and (m.open or not only_open)
        ]

    def descendants(self) -> Iterable[Matter]:
        """Yield the matter in focus and everything below it."""
        below = {self.focus}
        for matter in self.members.values():  # ordered by id: a part is always younger than its parent
            if matter.id == self.focus or matter.parent_id in below:
                below.add(matter.id)
                yield matter

    def visible_to(self, actor: Actor) -> bool:
        """Tell whether the actor may read the matter in focus: by its command node, or because it or a part of it is or was his."""
        return any(m.node_id in actor.nodes or m.holder_id in actor.holders for m in self.descendants())


def _load(key: int | str) -> Family | None:
    found, parameters = _found(key)
    with connection.cursor() as cursor:
        cursor.execute(f'{_SELECT} WHERE m."root_id" = {found} ORDER BY m."id"', parameters)
        found_rows = cursor.fetchall()
    if not found_rows:
        return None
    members: dict[int, Matter] = {}
    clocks: dict[int, dict[str, Clock]] = {}
    focus = 0
    width = rows.width(Matter)
    for row in found_rows:
        matter = members.get(row[0])
        if matter is None:
            matter = members[row[0]] = rows.build(Matter, row[:width])
            clocks[matter.id] = {}
            if key in (matter.id, matter.number, matter.earlier_number):
                focus = matter.id
        if row[width] is not None:
            clock = rows.build(Clock, row[width:])
            clocks[matter.id][clock.kind] = clock
    return Family(focus, members, clocks)


def _found(key: int | str) -> tuple[str, list[Any]]:
    return (_FOUND["id"], [key]) if isinstance(key, int) else (_FOUND["number"], [key, key])


def _not_found(key: object) -> NotFound:
    return NotFound(f"没有找到“{key}”，或者它不在您的权限范围内。", f"There is no “{key}”, or it is outside what you may see.")


def lock(key: int | str, *, act: Act) -> Family:
    """Lock and return the family of a matter, by id or number, for the running service; whoever comes second waits at its root.

    Raises NotFound when the actor may not see it, VersionMissing or Conflict when the version that he decided on is missing or stale.
    """
    known = writes.current().locked.get(key) if isinstance(key, int) else None
    if known is not None:
        return known.at(key)  # type: ignore[no-any-return]  # only families are kept
    if connection.vendor == "postgresql":
        found, parameters = _found(key)
        with (
            connection.cursor() as cursor
        ):  # not fetched: it travels with the next statement, which then sees what the lock waited for
            cursor.execute(f'SELECT 1 FROM "kernel_matter" WHERE "id" = {found} FOR UPDATE', parameters)
    family = _load(key)
    if family is None or not (act.actor.id == SYSTEM_ID or family.visible_to(act.actor)):
        raise _not_found(key)
    _check_version(family, act)
    keep(family)
    return family


def keep(family: Family) -> None:
    """Let services that are called within the running one find this family again, as it stands in memory."""
    locked = writes.current().locked
    for identifier in family.members:
        locked[identifier] = family


def read(key: int | str, *, actor: Actor) -> Family:
    """Return the family of a matter by id or number for reading; NotFound when the actor may not see it."""
    family = _load(key)
    if family is None or not family.visible_to(actor):
        raise _not_found(key)
    return family


def _check_version(family: Family, act: Act) -> None:
    if act.door in {"system", "replay"}:
        return
    if act.expects is None:
        raise VersionMissing(
            "缺少版本号：请在 If-Match 中给出您看到的版本，例如 If-Match: 3。",
            "The version is missing: give the version that you saw in If-Match, for example If-Match: 3.",
        )
    seen = family.members.get(act.expects_of or family.focus, family.matter)
    version = seen.version
    if act.expects != version:
        raise Conflict(
            f"该事项刚被更新（现为第{version}版，状态 {seen.state}），请刷新后再办理。",
            f"This matter has just been changed (now version {version}, state {seen.state}); reload and decide again.",
            code="stale_version",
            extra={"version": version, "state": seen.state, "number": seen.number},
        )
