"""The checks of input that the verbs share: each refusal names field, value and fix."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from difflib import get_close_matches

from django.utils import timezone

from chengzhi.kernel.access import Act
from chengzhi.kernel.problems import Invalid

_PHONE = re.compile(r"\+?[0-9][0-9 -]{3,18}[0-9]")


def day_of(act: Act) -> date:
    """Return the day of an act in the city's zone."""
    return timezone.localdate(act.at)


def text(field: str, value: str, longest: int, *, needed: bool = True) -> str:
    """Return a text without outer spaces. Raises Invalid when it is missing or too long."""
    kept = value.strip()
    if needed and not kept:
        raise Invalid(f"{field} 不能为空，请填写。", f"{field} is empty; fill it in.")
    if len(kept) > longest:
        raise Invalid(
            f"{field} 最多{longest}个字符，“{kept[:20]}…”有{len(kept)}个，请缩短。",
            f"{field} takes at most {longest} characters, but “{kept[:20]}…” has {len(kept)}; shorten it.",
        )
    return kept


def pattern(field: str, value: str, form: str, zh: str, en: str) -> str:
    """Return a value that has the whole form. Raises Invalid with the form in words, zh and en."""
    if not re.fullmatch(form, value):
        raise Invalid(f"{field}“{value}”不合要求：应为{zh}。", f"{field} “{value}” is not usable: it must be {en}.")
    return value


def phone(value: str) -> str:
    """Return a phone number, or nothing. Raises Invalid when it is not one."""
    kept = value.strip()
    if kept and not _PHONE.fullmatch(kept):
        raise Invalid(
            f"phone“{kept}”不是电话号码：应为5至20位数字，可含空格和“-”，例如 0933-8212345。",
            f"phone “{kept}” is not a phone number: give 5 to 20 digits, spaces and “-” allowed, for example 0933-8212345.",
        )
    return kept


def one_of(field: str, value: str, known: Collection[str]) -> str:
    """Return a value that is one of the known ones. Raises Invalid, which lists those near it, or all when there are few."""
    if value not in known:
        near = nearest(value, known)
        raise Invalid(
            f"{field}“{value}”未知，可用：{'、'.join(near) or '（暂无）'}。",
            f"{field} “{value}” is unknown; usable: {', '.join(near) or '(none yet)'}.",
            code="unknown_value",
        )
    return value


def nearest(value: str, known: Iterable[str], most: int = 6) -> list[str]:
    """Return the known values nearest to one that is not known; all of them when they are few."""
    ordered = sorted(known)
    if len(ordered) <= most:
        return ordered
    same_context = [one for one in ordered if one.split(".")[0] == value.split(".")[0]]
    return get_close_matches(value, ordered, n=most, cutoff=0.5) or same_context[:most] or ordered[:most]


def period(first_field: str, first: date, last_field: str, last: date | None) -> None:
    """Refuse a period that ends before it begins. Raises Invalid."""
    if last is not None and last < first:
        raise Invalid(
            f"{last_field} {last} 早于 {first_field} {first}，请改为不早于 {first} 的日期。",
            f"{last_field} {last} is before {first_field} {first}; give {first} or a later day.",
        )


def taken(field: str, value: object, zh: str, en: str) -> Invalid:
    """Return the refusal of a value that must be unique and is used already."""
    return Invalid(f"{field}“{value}”已被使用，{zh}。", f"{field} “{value}” is in use already; {en}.", code="taken")
