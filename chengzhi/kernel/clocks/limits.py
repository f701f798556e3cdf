"""Limits: an amount and a unit, as they stand in registers, trails and forms."""

import re
from dataclasses import dataclass

from chengzhi.kernel.problems import Invalid

MINUTE, HOUR, DAY, MONTH, YEAR = "minute", "hour", "day", "month", "year"
WORKING_MINUTE, WORKING_HOUR, WORKING_DAY = "working_minute", "working_hour", "working_day"
SERVICE_UNITS = {
    MINUTE: ("分钟", "minute"),
    HOUR: ("小时", "hour"),
    WORKING_MINUTE: ("工作分钟", "working minute"),
    WORKING_HOUR: ("工作时", "working hour"),
    WORKING_DAY: ("工作日", "working day"),
    DAY: ("天", "day"),
    MONTH: ("个月", "month"),
    YEAR: ("年", "year"),
}
LEGAL_UNITS = {
    "WD": ("个工作日", "working day"),
    "CD": ("日", "calendar day"),
    "M": ("个月", "month"),
    "Y": ("年", "year"),
    "H": ("小时", "hour"),
}
UNITS = SERVICE_UNITS | LEGAL_UNITS
WORKING_UNITS = {WORKING_MINUTE: 1, WORKING_HOUR: 60, WORKING_DAY: 480}
NATURAL_UNITS = {MINUTE: 1, HOUR: 60, DAY: 1440}
MOST = 1_000_000
_FORM = re.compile(r"\s*(\d{1,9})\s+([A-Za-z_]+)\s*")


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time to do something in; service units and the units of law are never mixed in one calculation."""

    amount: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise Invalid(
                f"时限单位“{self.unit}”不可用，请改为 {' '.join(UNITS)} 之一。",
                f"The unit {self.unit!r} of a limit is not known; use one of {', '.join(UNITS)}.",
                code="clocks.unit",
            )
        if not 1 <= self.amount <= MOST:
            raise Invalid(
                f"时限数值“{self.amount}”不可用，请填 1 至 {MOST} 的整数。",
                f"The amount {self.amount} of a limit cannot be used; give a whole number from 1 to {MOST}.",
                code="clocks.amount",
            )

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Return the limit that a text like `4 working_hour` names; the inverse of `str`."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise Invalid(
                f"时限“{text}”看不懂，请写成“数值 单位”，例如 4 working_hour。",
                f"The limit {text!r} cannot be read; write amount and unit, for example '4 working_hour'.",
                code="clocks.limit",
            )
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"

    @property
    def zh(self) -> str:
        """The limit in Chinese words."""
        return f"{self.amount}{UNITS[self.unit][0]}"

    @property
    def en(self) -> str:
        """The limit in English words."""
        return f"{self.amount} {UNITS[self.unit][1]}{'' if self.amount == 1 else 's'}"

    @property
    def working(self) -> bool:
        """Whether only working time of a scheme is counted."""
        return self.unit in WORKING_UNITS

    @property
    def legal(self) -> bool:
        """Whether the unit is one of law, counted by `deadline` and never by a scheme."""
        return self.unit in LEGAL_UNITS
