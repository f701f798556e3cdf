"""The statutory limits (法定期限) as dated data: one row per limit and version, each with its article, source and mark."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chengzhi.kernel.clocks import tables
from chengzhi.kernel.clocks.calendar import Notice
from chengzhi.kernel.problems import Invalid, NotFound

FORWARD, BACKWARD, RATE, YEARLY = "forward", "backward", "rate", "yearly"
PARTY, AGENCY, NEVER = "party", "agency", "never"
SOURCED, UNVERIFIED, DEFAULT = "S", "K~", "D"
MARKS = {SOURCED: ("有来源", "sourced"), UNVERIFIED: ("未核实", "unverified"), DEFAULT: ("本平台默认", "platform default")}
STRENGTH = (UNVERIFIED, DEFAULT, SOURCED)


@dataclass(frozen=True, slots=True)
class LegalLimit:
    """One limit set by law, as it stands between two dates; `extension_mark` and `exclusion_mark` mark what is added to it."""

    id: str
    name_zh: str
    name_en: str
    start_event_zh: str
    start_event_en: str
    amount: int
    unit: str
    direction: str
    roll: str
    extensions: tuple[int, ...]
    extension_mark: str
    exclusion_mark: str
    variants: dict[str, tuple[int, str]]
    article_zh: str
    article_en: str
    mark: str
    valid_from: date
    valid_to: date
    source: str

    def counted_as(self, variant: str, extended: int) -> tuple[int, str]:
        """Return amount and unit for a variant and a number of granted extensions."""
        amount, unit = self._variant(variant)
        if not 0 <= extended <= len(self.extensions):
            most = len(self.extensions)
            raise Invalid(
                f"延长次数“{extended}”不可用：{self.id} 最多延长 {most} 次，请填 0 至 {most}。",
                f"{extended} extensions cannot be used: {self.id} can be extended {most} times at most; give 0 to {most}.",
                code="clocks.extended",
            )
        return amount + sum(self.extensions[:extended]), unit

    def marked(self, extended: int, excluded: bool) -> str:
        """Return the weakest mark among the limit itself and what was added to it."""
        marks = {self.mark}
        if extended:
            marks.add(self.extension_mark)
        if excluded and self.exclusion_mark:
            marks.add(self.exclusion_mark)
        return next(mark for mark in STRENGTH if mark in marks)

    def _variant(self, name: str) -> tuple[int, str]:
        if not name:
            return self.amount, self.unit
        if name in self.variants:
            return self.variants[name]
        raise Invalid(
            f"“{name}”不是 {self.id} 的情形，请改为 {' '.join(self.variants) or '不填'}。",
            f"{name!r} is no variant of {self.id}; use {', '.join(self.variants) or 'none'}.",
            code="clocks.variant",
        )


@lru_cache(maxsize=1)
def every_legal_limit() -> tuple[LegalLimit, ...]:
    """Return every version of every statutory limit, in the order of the table."""
    return tuple(_limit(row) for row in tables.rows("legal_limits"))


def legal_limit(identifier: str, on: date) -> tuple[LegalLimit, list[Notice]]:
    """Return the version of a limit valid on a day; where there is none the nearest, with a sentence that says so."""
    versions = [limit for limit in every_legal_limit() if limit.id == identifier]
    if not versions:
        raise NotFound(
            f"没有编号为“{identifier}”的法定期限，请改为其中之一：{' '.join(_ids())}。",
            f"There is no statutory limit {identifier!r}; use one of {', '.join(_ids())}.",
            code="clocks.id",
        )
    for limit in versions:
        if limit.valid_from <= on <= limit.valid_to:
            return limit, []
    nearest = versions[0] if on < versions[0].valid_from else versions[-1]
    return nearest, [
        Notice(
            f"本表所载 {identifier} 的规定自 {nearest.valid_from} 起施行，{on} 应适用的规定请另行核对。",
            f"The text stored for {identifier} is in force from {nearest.valid_from}; check what applied on {on}.",
        )
    ]


def _ids() -> list[str]:
    return list(dict.fromkeys(limit.id for limit in every_legal_limit()))


def _variants(text: str) -> dict[str, tuple[int, str]]:
    variants = {}
    for part in filter(None, text.split(";")):
        name, value = part.split("=")
        amount, unit = value.split(" ")
        variants[name] = (int(amount), unit)
    return variants


def _limit(row: dict[str, str]) -> LegalLimit:
    return LegalLimit(
        id=row["id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        start_event_zh=row["start_event_zh"],
        start_event_en=row["start_event_en"],
        amount=int(row["amount"]),
        unit=row["unit"],
        direction=row["direction"],
        roll=row["roll"],
        extensions=tuple(int(part) for part in row["extensions"].split(";") if part),
        extension_mark=row["extension_mark"],
        exclusion_mark=row["exclusion_mark"],
        variants=_variants(row["variants"]),
        article_zh=row["article_zh"],
        article_en=row["article_en"],
        mark=row["mark"],
        valid_from=tables.first_day(row["valid_from"]),
        valid_to=tables.last_day(row["valid_to"]),
        source=row["source"],
    )
