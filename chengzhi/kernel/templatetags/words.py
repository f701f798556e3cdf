"""Words and forms of the trade as filters: names in the reader's language, numbers, moments, time left."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chengzhi.kernel import pinyin
from chengzhi.kernel.clocks.drawing import WEEKDAYS
from chengzhi.kernel.lights import Left, Standing

register = template.Library()
HOUR, DAY, WORKING_DAY = 60, 1440, 480
SEPARATED_FROM = 10_000
CASE_NUMBER = re.compile(r"^\d{4}(\d{4})\d{6}\d*(\d{4})((?:-[A-Z]\d+)*)$")
REPORT_NUMBER = re.compile(r"^S\d{2}(\d{4})\d*(\d{4})((?:-[A-Z]\d+)*)$")


def chinese() -> bool:
    """Tell whether the reader reads Chinese."""
    return (translation.get_language() or "zh").startswith("zh")


@register.filter
def said(value: Any) -> str:
    """Return the name of a thing in the reader's language: its zh/en, name_zh/name_en, a pair, or a mapping of these."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    zh, en = value if isinstance(value, tuple) else _pair(value)
    return str(zh if chinese() or not en else en)


def _pair(value: Any) -> tuple[str, str]:
    for zh, en in (("zh", "en"), ("name_zh", "name_en")):
        found = _read(value, zh)
        if found is not None:
            return str(found), str(_read(value, en) or "")
    return str(value), ""


def _read(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


@register.filter
def said_of(value: Mapping[str, Any], name: str) -> str:
    """Return the entry `<name>_zh` or `<name>_en` of a row in the reader's language."""
    zh, en = value.get(f"{name}_zh", ""), value.get(f"{name}_en", "")
    return str(zh if chinese() or not en else en)


@register.filter
def short_number(number: str) -> str:
    """Return the short form of a number, month and day and the last four digits: 1123-0017, S1123-0017 before filing."""
    for pattern, head in ((CASE_NUMBER, ""), (REPORT_NUMBER, "S")):
        found = pattern.match(number)
        if found:
            return f"{head}{found[1]}-{found[2]}{found[3]}"
    return number


@register.filter
def in_list(moment: datetime | None) -> str:
    """Return a moment as lists show it: month and day, the year only when it is not this one."""
    if moment is None:
        return "—"
    local = timezone.localtime(moment)
    return f"{local:%m-%d %H:%M}" if local.year == timezone.localtime().year else f"{local:%Y-%m-%d %H:%M}"


@register.filter
def in_detail(moment: datetime | str | None) -> str:
    """Return a moment in full: 2026-11-23 16:50."""
    if not moment:
        return "—"
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{timezone.localtime(known):%Y-%m-%d %H:%M}"


@register.filter
def deadline(moment: datetime | None) -> str:
    """Return a deadline: 今天 18:00 前, or with its weekday and date when it is not today."""
    if moment is None:
        return said(("无时限", "no limit"))
    local = timezone.localtime(moment)
    if local.date() == timezone.localtime().date():
        return f"今天 {local:%H:%M} 前" if chinese() else f"by {local:%H:%M} today"
    zh, en = WEEKDAYS[local.weekday()]
    return f"{zh} {in_list(moment)} 前" if chinese() else f"by {en} {in_list(moment)}"


@register.filter
def time_left(left: Left | None) -> str:
    """Return what is left in its two largest units, 剩 3小时15分, or by how much it is over, 超期 1天2小时."""
    if left is None:
        return said(("无时限", "no limit"))
    amount = amount_of(abs(left.minutes), WORKING_DAY if left.working else DAY)
    if left.minutes < 0:
        return f"超期 {amount}" if chinese() else f"{amount} overdue"
    return f"剩 {amount}" if chinese() else f"{amount} left"


def amount_of(minutes: int, day: int = DAY) -> str:
    """Return an amount of minutes in its two largest units; a working day has 480 minutes."""
    words = (("天", " d"), ("小时", " h"), ("分", " min"))
    amounts = (minutes // day, minutes % day // HOUR, minutes % day % HOUR)
    first = next((place for place, amount in enumerate(amounts) if amount), len(words) - 1)
    shown = [place for place in (first, first + 1) if place < len(words) and (amounts[place] or place == first)]
    return ("" if chinese() else " ").join(f"{amounts[place]}{said(words[place])}" for place in shown)


@register.filter
def counted_in(left: Left | None) -> str:
    """Return in which time it is counted when that is working time: （工作时间）."""
    return said(("（工作时间）", "(working time)")) if left is not None and left.working else ""


@register.filter
def count(number: int) -> str:
    """Return a count, with separators from ten thousand up."""
    return f"{number:,}" if number >= SEPARATED_FROM else str(number)


@register.filter
def middle_cut(text: str, longest: int = 22) -> str:
    """Return a text whose middle is left out when it is too long, so that its end can still be read."""
    if len(text) <= longest:
        return text
    tail = (longest - 1) // 2
    return f"{text[: longest - 1 - tail]}…{text[-tail:]}"


@register.filter
def day_of(value: str | date) -> str:
    """Return a day or moment given as text with its weekday."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else datetime.combine(value, datetime.min.time())
    written = f"{moment:%Y-%m-%d %H:%M}" if isinstance(value, str) and "T" in value else f"{moment:%Y-%m-%d}"
    return f"{written} {said(WEEKDAYS[moment.weekday()])}"


SHAPES = {
    "green": mark_safe('<circle cx="8" cy="8" r="6.5"/>'),
    "yellow": mark_safe('<path d="M8 1.6 15 14H1z"/>'),
    "red": mark_safe('<rect x="2" y="2" width="12" height="12" rx="1"/>'),
    "grey": mark_safe('<path d="M3 2h3.5v12H3zM9.5 2H13v12H9.5z"/>'),
    "hollow": mark_safe('<circle cx="8" cy="8" r="5.75"/>'),
}


@register.simple_tag
def light(standing: Standing, size: str = "") -> SafeString:
    """Return the light of a matter: colour, shape and word together."""
    shown = standing.light
    return format_html(
        '<span class="light light-{} {}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg><span class="word">{}</span></span>',
        shown.slug,
        size,
        SHAPES[shown.slug],
        said(shown),
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Return one icon of the sprite; it is an ornament, words stand beside it."""
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, static("vendor/icons.svg"), name)


@register.filter
def initials(text: str) -> str:
    """Return the first letters of the pinyin of a name, by which it is found when typed."""
    return pinyin.initials(text)


@register.filter
def limit_left(minutes: int, working: bool) -> str:
    """Return an amount of used time in its two largest units."""
    return amount_of(minutes, WORKING_DAY if working else DAY)


@register.filter
def get(mapping: Mapping[str, Any], name: str) -> Any:
    """Return one entry of a mapping, empty when there is none."""
    return mapping.get(name, "")


@register.filter
def as_query(mapping: Mapping[str, str]) -> str:
    """Return a mapping as the query of an address."""
    return urlencode(mapping)
