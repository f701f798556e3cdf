"""What is left to do with an import: a short file is done at once for who gave it, a long one by the worker.

Whoever is killed over it leaves the work where it was found: the reading goes on behind the last row that was kept, a check or an
apply, each one transaction, begins anew.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

from chengzhi.kernel import writes
from chengzhi.kernel.access import SYSTEM, SYSTEM_ID, Act, Actor, act_now
from chengzhi.kernel.imports import pipeline, reading
from chengzhi.kernel.models import Import, ImportRow, ImportWork
from chengzhi.kernel.problems import Conflict, Invalid, NotFound, Problem

logger = logging.getLogger(__name__)

SHORT_BYTES = 256 * 1024
SHORT_ROWS = 2000
PATIENCE = timedelta(minutes=5)  # after that a page that began is taken for dead
MOST_TRIES = 5
DOOR = "page"
Actors = Callable[[int, int | None], Actor]
A = TypeVar("A", bound=Actors)
_actors: list[Actors] = []


def knows_actors(query: A) -> A:
    """Register the query that gives who acts for an account and a post, with the rights of this moment."""
    _actors[:] = [query]
    return query


def receive(kind: str, content: bytes, name: str, act: Act, *, options: Mapping[str, str], complete: bool = False) -> Import:
    """Take in a file for an importer and check it: at once when it is short, else soon by the worker; nothing of the register changes.

    A file whose kind, headers or options cannot be used is refused and not kept. Raises Invalid, TooLarge, NotAllowed.
    """
    short = len(reading.content_of(content)) <= SHORT_BYTES
    record = _noted(kind, content, name, act, dict(options), complete=complete, by=ImportWork.PAGE if short else "")
    if short:
        go_on(record.pk, act)
    return Import.objects.get(pk=record.pk)


def order(import_id: int, act: Act) -> Import:
    """Have a checked file applied: at once when little changes, else soon by the worker. Raises Conflict, NotAllowed, NotFound."""
    record = Import.objects.filter(pk=import_id).first()
    if record is None:
        raise NotFound(f"没有编号为 {import_id} 的导入。", f"There is no import with the id {import_id}.")
    short = sum(record.counts.get(word, 0) for word in (ImportRow.NEW, ImportRow.CHANGED, ImportRow.GONE)) <= SHORT_ROWS
    _ordered(import_id, act, by=ImportWork.PAGE if short else "")
    if short:
        go_on(import_id, act)
    return Import.objects.get(pk=import_id)


@writes.service
def check_again(import_id: int, act: Act) -> None:
    """Compare a checked file anew with the register, soon, by the worker or by who asks."""
    record = pipeline.locked(import_id, (Import.CHECKED, Import.STAGED))
    pipeline.permit(record.kind, act.actor)
    _set_work(record, ImportWork.READ, act, None, ImportWork.PAGE)


@writes.service
def _noted(kind: str, content: bytes, name: str, act: Act, options: dict[str, str], *, complete: bool, by: str) -> Import:
    record = pipeline.begin(kind, content, name, act, options=options, complete=complete)
    _set_work(record, ImportWork.READ, act, content if record.state == Import.UPLOADED else None, by)
    return record


@writes.service
def _ordered(import_id: int, act: Act, *, by: str) -> None:
    record = pipeline.locked(import_id, (Import.CHECKED,))
    pipeline.permit(record.kind, act.actor)
    pipeline.refuse_faulty(record)
    record.counts = {word: value for word, value in record.counts.items() if not word.startswith("fault_")}
    writes.change(record, "counts")
    _set_work(record, ImportWork.APPLY, act, None, by)


def _set_work(record: Import, task: str, act: Act, content: bytes | None, by: str) -> None:
    known = ImportWork.objects.filter(of_id=record.pk)
    if known.filter(begun_by=ImportWork.WORKER, task=task).exists():
        return  # the worker is at it
    known.delete()
    begun = {"begun_by": by, "begun_at": act.at} if by else {}
    writes.add(ImportWork(of=record, task=task, content=content, account=act.actor.id, post=act.post, **begun))


def run_waiting() -> int:
    """Do all that waits for the worker, or was left by somebody who died over it, the oldest first; return how many were begun."""
    done = 0
    seen: set[int] = set()
    while (found := _next(seen)) is not None:
        seen.add(found.of_id)
        done += 1
        try:
            go_on(found.of_id, act_now(_actor(found), door=DOOR), by=ImportWork.WORKER)
        except Problem as problem:  # whoever ordered it may no longer sign in
            with suppress(Conflict):
                pipeline.fail(found.of_id, problem)
        except Exception:  # an importer that breaks must not stop the others; it is tried again, but not for ever
            logger.exception("Import %s broke off.", found.of_id)
    return done


def _next(seen: set[int]) -> ImportWork | None:
    free = Q(begun_at=None) | Q(begun_by=ImportWork.WORKER) | Q(begun_at__lt=timezone.now() - PATIENCE)
    return ImportWork.objects.filter(free).exclude(of_id__in=seen).defer("content").order_by("of_id").first()


def _actor(found: ImportWork) -> Actor:
    return SYSTEM if found.account == SYSTEM_ID or not _actors else _actors[0](found.account, found.post)


def go_on(import_id: int, act: Act, *, by: str = ImportWork.PAGE) -> None:
    """Do what is left of one import; why it could not be done is kept with it."""
    found = _begun(import_id, act, by)
    if found is None:
        return
    if found.task == ImportWork.APPLY:
        _apply(import_id, act)
    else:
        _read(import_id, found, act.actor)


@writes.service
def _begun(import_id: int, act: Act, by: str) -> ImportWork | None:
    found = ImportWork.objects.filter(of_id=import_id).first()
    if found is None or (found.begun_by, by) == (ImportWork.WORKER, ImportWork.PAGE):
        return None
    if found.tries >= MOST_TRIES:
        broken = Invalid(
            f"这份文件处理了 {MOST_TRIES} 次都没有完成，已停止；请分成几份再导入，仍不行请联系运维。",
            f"This file broke off {MOST_TRIES} times and is given up; import it in parts, or ask who runs the server.",
            code="import_broken",
        )
        pipeline.fail(import_id, broken)
        return None
    found.begun_by, found.begun_at, found.tries = by, act.at, found.tries + 1
    writes.change(found, "begun_by", "begun_at", "tries")
    return found


def _read(import_id: int, found: ImportWork, actor: Actor) -> None:
    record = Import.objects.get(pk=import_id)
    try:
        if record.state == Import.UPLOADED:
            pipeline.read_rows(record, bytes(found.content or b""))
        pipeline.check(import_id, actor)
        _done(import_id)
    except Conflict:
        return  # given up meanwhile, or another process is reading it
    except Problem as problem:
        with suppress(Conflict):
            pipeline.fail(import_id, problem)


def _apply(import_id: int, act: Act) -> None:
    try:
        pipeline.apply(import_id, act)
    except Problem as problem:
        _refused(import_id, problem)
        if problem.code == "import_stale":
            with suppress(Problem):
                pipeline.check(import_id, act.actor)


@writes.service
def _refused(import_id: int, problem: Problem) -> None:
    """Keep why a checked file was not applied; it stays checked."""
    ImportWork.objects.filter(of_id=import_id).delete()
    record = pipeline.locked(import_id, (Import.CHECKED, Import.APPLIED))
    if record.state == Import.CHECKED:
        record.counts = {**record.counts, "fault_zh": problem.zh, "fault_en": problem.en}
        writes.change(record, "counts")


@writes.service
def _done(import_id: int) -> None:
    ImportWork.objects.filter(of_id=import_id).delete()
