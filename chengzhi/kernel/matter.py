"""Families: a root matter, all its parts and their clocks, read together and locked in one order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection

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

BESIDE: set[str] = set()  # the kinds whose matters lie beside the path of their parent, see `workflow.Kind`


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

    def parts(self, kind: str = "", *, only_open: bool = False, on_path: bool = False) -> "list[Family]":
        """Return the parts of the matter in focus, oldest first; `on_path` leaves out those that lie beside its path."""
        return [
            self.at(m.id)
            for m in self.members.values()
            if m.parent_id == self.focus
            and (not kind or m.kind == kind)
            and (m.open or not only_open)
            and not (on_path and m.kind in BESIDE)
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
        mine = actor.holders
        return any(m.node_id in actor.nodes or m.holder_id in mine or m.asker_id in mine for m in self.descendants())


LARGEST_ID = (1 << 63) - 1


def _possible(key: int | str) -> bool:
    """Tell whether a key can be asked for at all: no database takes a larger id, nor NUL in a text."""
    return 0 <= key <= LARGEST_ID if isinstance(key, int) else "\x00" not in key


def _load(key: int | str) -> Family | None:
    if not _possible(key):
        return None
    found, parameters = _found(key)
    found_rows = rows.ask(f'{_SELECT} WHERE m."root_id" = {found} ORDER BY m."id"', parameters)
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


def lock(key: int | str, *, act: Act, wait: bool = True, checked: bool = True) -> Family:
    """Lock and return the family of a matter, by id or number, for the running service; whoever comes second waits at its root.

    With `wait` off a family that somebody else has locked is refused at once (Conflict): for a second family, so that two services never
    wait for each other. With `checked` off the caller judges the version itself with `check_version`.
    Raises NotFound when the actor may not see it, VersionMissing or Conflict when the version that he decided on is missing or stale.
    """
    known: Family | None = writes.current().locked.get(key)
    if known is not None:
        return known.at(key) if isinstance(key, int) else known
    family = _locked(key, wait)
    if family is None or not (act.actor.id == SYSTEM_ID or family.visible_to(act.actor)):
        raise _not_found(key)
    if checked:
        check_version(act, family.matter)
    keep(family)
    return family


def _locked(key: int | str, wait: bool) -> Family | None:
    if connection.vendor != "postgresql" or not _possible(key):
        return _load(key)
    found, parameters = _found(key)
    lock_it = f'SELECT 1 FROM "kernel_matter" WHERE "id" = {found} FOR UPDATE' + ("" if wait else " NOWAIT")
    try:
        with connection.cursor() as cursor:  # not fetched: it travels with the next statement, which then sees what the lock waited for
            cursor.execute(lock_it, parameters)
        return _load(key)
    except OperationalError:
        if wait:
            raise
        raise Conflict(
            f"“{key}”正在由他人办理，请稍后再试。", f"“{key}” is being handled by somebody at this moment; try again.", code="busy"
        ) from None


def keep(family: Family) -> None:
    """Let services that are called within the running one find this family again, as it stands in memory."""
    locked = writes.current().locked
    for identifier, member in family.members.items():
        locked[identifier] = family
        locked[member.number] = locked[member.earlier_number or member.number] = family.at(identifier)


def read(key: int | str, *, actor: Actor) -> Family:
    """Return the family of a matter by id or number for reading; NotFound when the actor may not see it."""
    family = _load(key)
    if family is None or not family.visible_to(actor):
        raise _not_found(key)
    return family


def check_version(act: Act, *seen: Matter) -> None:
    """Raise VersionMissing or Conflict unless the version that the actor decided on is that of one of these matters."""
    if act.door in {"system", "replay"}:
        return
    if act.expects is None:
        raise VersionMissing(
            "缺少版本号：请在 If-Match 中给出您看到的版本，例如 If-Match: 3。",
            "The version is missing: give the version that you saw in If-Match, for example If-Match: 3.",
        )
    if act.expects not in {matter.version for matter in seen}:
        now = seen[0]
        raise Conflict(
            f"该事项刚被更新（现为第{now.version}版，状态 {now.state}），请刷新后再办理。",
            f"This matter has just been changed (now version {now.version}, state {now.state}); reload and decide again.",
            code="stale_version",
            extra={"version": now.version, "state": now.state, "number": now.number},
        )
