"""What an import of old cases has taken, by class and month, beside what the file held: the figures that both platforms must agree on."""

from collections import Counter
from dataclasses import dataclass

from chengzhi.kernel.models import Import, ImportRow
from chengzhi.kernel.problems import NotFound

KIND = "old_cases"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One class in one month: rows of the file, how many of them stand here now, how many are faulty."""

    class_name: str
    month: str
    in_file: int
    here: int
    faulty: int


def reconciliation(import_id: int) -> list[Reconciled]:
    """Return the comparison of one import, class by class and month by month, in their order; NotFound for another kind of import."""
    record = Import.objects.filter(pk=import_id, kind=KIND).first()
    if record is None:
        raise NotFound(f"没有编号为 {import_id} 的旧案导入。", f"There is no import of old cases with the id {import_id}.")
    in_file: Counter[tuple[str, str]] = Counter()
    here: Counter[tuple[str, str]] = Counter()
    faulty: Counter[tuple[str, str]] = Counter()
    applied = record.applied_at is not None
    for data, code, word in ImportRow.objects.filter(of=record, row_no__gt=0).values_list("data", "code", "difference").iterator():
        key = str(data.get("class_code", "")), str(data.get("reported_at", "")).replace("/", "-")[:7]
        in_file[key] += 1
        faulty[key] += bool(code)
        here[key] += not code and (word == ImportRow.SAME or (applied and word == ImportRow.NEW))
    return [Reconciled(*key, in_file[key], here[key], faulty[key]) for key in sorted(in_file)]
