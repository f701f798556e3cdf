"""Loading of the platform's own numbers, class lists and phrases of the loop."""

import csv
from datetime import date
from pathlib import Path

from chengzhi.incidents.models import ClassListing, LoopNumber, ResultPhrase
from chengzhi.incidents.queries.numbers import NAME, SEED
from chengzhi.kernel import registers

DATA = Path(__file__).resolve().parents[1] / "data"


def load_numbers() -> dict[str, int]:
    """Add the platform's numbers, class lists and phrases that are not there yet, within a service; return how many of each."""
    known = {(code, str(since)) for code, since in LoopNumber.objects.filter(node_code=SEED).values_list("code", "valid_from")}
    numbers = [row for row in _rows("loop_numbers.csv") if (row["code"], row["valid_from"]) not in known]
    listed = {
        (name, code, str(since))
        for name, code, since in ClassListing.objects.filter(node_code=SEED).values_list("list", "class_code", "valid_from")
    }
    lists = [row for row in _rows("class_lists.csv") if (row["list"], row["class_code"], row["valid_from"]) not in listed]
    LoopNumber.objects.bulk_create([LoopNumber(**{**row, **_period(row)}) for row in numbers])
    ClassListing.objects.bulk_create([ClassListing(**{**row, **_period(row)}) for row in lists])
    told = {
        (covers, text, str(since))
        for covers, text, since in ResultPhrase.objects.filter(node_code=SEED).values_list("covers", "text_zh", "valid_from")
    }
    phrases = [row for row in _rows("result_phrases.csv") if (row["covers"], row["text_zh"], row["valid_from"]) not in told]
    ResultPhrase.objects.bulk_create([ResultPhrase(**{**row, **_period(row)}) for row in phrases])
    if numbers or lists or phrases:
        registers.raise_version(NAME)
    return {"loop_numbers": len(numbers), "class_lists": len(lists), "result_phrases": len(phrases)}


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _period(row: dict[str, str]) -> dict[str, date | None]:
    ends = row["valid_to"]
    return {"valid_from": date.fromisoformat(row["valid_from"]), "valid_to": date.fromisoformat(ends) if ends else None}
