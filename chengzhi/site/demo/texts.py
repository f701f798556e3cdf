"""What people say of a problem in the demo city: short texts filled from the place of the case, so that words and pin agree."""

import random
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from chengzhi.site.demo.rows import rows
from chengzhi.territory.city_plan import AddressWords

ANY_CLASS = "*"
SHOPS = ("老马牛肉面", "川味小厨", "鑫源五金", "佳佳超市", "好再来烧烤", "福满楼", "惠民药房", "阳光文具", "顺达汽修", "百味鲜水果店")
RIVERS = ("清水河", "南河", "文昌渠")
VENUES = ("东关便民市场", "文化街夜市", "南关早市")
# A text that names a minute would have to agree with the trail of its case: such a clause is left out.
MOMENTS = re.compile(r"\d{1,2}:\d{2}|[\d一两三]+(分钟|小时|日|天|个月)|次日|次夜|当晚|昨夜|夜间|凌晨|工作日|春季|挂账|年度")
SAID_AT = re.compile(r"（\d{1,2}:\d{2}）|[上下]午\d{1,2}:\d{2}|（夜间\d{1,2}:\d{2}）")
ANOTHER_PATH = ("未派遣", "不予立案", "坐席依据", "挂账")


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one case; `handling` and `closing` still wait for the unit and crew that do the work."""

    description: str
    address: str
    handling: str
    closing: str

    def handled(self, unit: str, crew: str) -> str:
        """Return what the department reports."""
        return self.handling.format(unit=unit, crew=crew)

    def closed(self, unit: str, crew: str) -> str:
        """Return what the inspector finds."""
        return self.closing.format(unit=unit, crew=crew)


@cache
def _texts() -> Mapping[tuple[str, str], list[dict[str, str]]]:
    found: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows("texts"):
        if not any(word in row["handling_zh"] + row["closing_zh"] for word in ANOTHER_PATH):
            found[row["class_code"], row["report_source"]].append(row)
    return found


def words(
    rng: random.Random, class_code: str, class_zh: str, condition_zh: str, source: str, place: AddressWords, said: str = ""
) -> Words:
    """Return the texts of a case: those of its class and source, or the general ones of its source; `said` is how a story tells it."""
    known = _texts()
    row = rng.choice(known.get((class_code, source)) or known[ANY_CLASS, source])
    filling = _filling(rng, class_zh, condition_zh, place)
    description = SAID_AT.sub("", said or row["description_zh"]).format_map(filling)
    corner = rng.random() < 0.5
    address = f"{place.road}与{place.cross}交叉口向{place.dir}{place.m}米" if corner else f"{place.road}{place.no}号"
    later = {**filling, "unit": "{unit}", "crew": "{crew}"}
    general = known[ANY_CLASS, source][0]
    return Words(
        description,
        address,
        (_without_moments(row["handling_zh"]) or general["handling_zh"]).format_map(later),
        (_without_moments(row["closing_zh"]) or general["closing_zh"]).format_map(later),
    )


def _without_moments(text: str) -> str:
    kept = "".join(clause for clause in re.split(r"(?<=[，。；、：])", text) if not MOMENTS.search(clause))
    return f"{kept.rstrip('，；、：。')}。" if kept.strip("，；、：。") else ""


def _filling(rng: random.Random, class_zh: str, condition_zh: str, place: AddressWords) -> dict[str, str]:
    return {
        "road": place.road,
        "cross": place.cross,
        "dir": place.dir,
        "m": str(place.m),
        "place": place.place,
        "community": place.community,
        "no": str(place.no),
        "class": class_zh,
        "condition": condition_zh or class_zh,
        "shop": rng.choice(SHOPS),
        "river": rng.choice(RIVERS),
        "venue": rng.choice(VENUES),
        "plate": f"X·{rng.choice('ABCDEFGH')}{rng.randrange(10)}***{rng.randrange(10)}",
        "phone": f"13{rng.randrange(10)}****{rng.randrange(10_000):04d}",
        "cam": f"SX{rng.randrange(1000):04d}",
        "device": f"SB{rng.randrange(100_000):06d}",
        "ticket": f"{rng.randrange(10**9):010d}",
    }


def in_season(months: str, month: int) -> bool:
    """Tell whether a month lies in a season such as 11-3; an empty season is the whole year."""
    if not months:
        return True
    first, last = (int(part) for part in months.split("-"))
    return first <= month <= last if first <= last else month >= first or month <= last
