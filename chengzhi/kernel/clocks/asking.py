"""Questions about deadlines as people type them: texts in, one `Deadline` out. The command and the page both ask here."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from chengzhi.kernel.clocks import arithmetic
from chengzhi.kernel.clocks.calendar import Calendar, current
from chengzhi.kernel.clocks.legal import Deadline, Interval, deadline
from chengzhi.kernel.clocks.legal_limits import DEFAULT
from chengzhi.kernel.clocks.limits import Limit
from chengzhi.kernel.clocks.schemes import Scheme, scheme
from chengzhi.kernel.problems import Invalid

USUAL_SCHEME = "day"
LONGEST_DRAWN = 36_600
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?")


def asked(
    identifier: str = "",
    *,
    start: str,
    exclude: Sequence[str] = (),
    variant: str = "",
    extended: str = "0",
    limit: str = "",
    scheme_code: str = "",
    calendar: Calendar | None = None,
) -> Deadline:
    """Answer a question about a statutory limit by its id, or about a service limit in a timing scheme."""
    if bool(identifier) == bool(limit):
        raise Invalid(
            "请给出法定期限编号（例如 T_PAY）或时限（例如 4 working_hour），二者取其一。",
            "Give either the id of a statutory limit (for example T_PAY) or a limit (for example '4 working_hour').",
            code="clocks.id",
        )
    began = read_start(start)
    if limit:
        _refuse_legal_words(exclude, variant, extended)
        return service_deadline(Limit.parse(limit), scheme(scheme_code or USUAL_SCHEME, on=began), began, calendar)
    if scheme_code:
        raise Invalid(
            f"法定期限不用计时方案，请去掉“{scheme_code}”。",
            f"A statutory limit takes no timing scheme; leave {scheme_code!r} out.",
            code="clocks.scheme",
        )
    return deadline(
        identifier.upper(),
        began,
        exclude=[read_interval(text) for text in exclude],
        variant=variant,
        extended=_read_count(extended),
        calendar=calendar,
    )


def service_deadline(limit: Limit, timing: Scheme, start: date, calendar: Calendar | None = None) -> Deadline:
    """Return the deadline of a service limit in the form that statutory ones have; a plain day begins at midnight."""
    moment = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)  # noqa: DTZ001 - made aware next
    began = timezone.localtime(moment) if timezone.is_aware(moment) else timezone.make_aware(moment)
    due = timezone.localtime(arithmetic.add(began, limit, timing, calendar))
    needed = timing.workdays_only and limit.working
    days = (calendar or current()) if needed else None
    span = (due.date() - began.date()).days
    if span > LONGEST_DRAWN:
        raise Invalid(
            f"时限“{limit}”超过一百年，请改为较短的时限。",
            f"The limit '{limit}' is longer than a hundred years; give a shorter one.",
            code="clocks.limit",
        )
    touched = [began.date() + timedelta(days=number) for number in range(span + 1)]
    return Deadline(
        id=str(limit),
        start=began.replace(second=0, microsecond=0),
        deadline=due,
        unrolled=due,
        target=due,
        counted=tuple(day for day in touched if days is None or days.is_workday(day)),
        excluded=(),
        name_zh=f"{limit.zh}（{timing.name_zh}）" if limit.working else f"{limit.zh}（自然时间）",
        name_en=f"{limit.en} ({timing.name_en})" if limit.working else f"{limit.en} (natural time)",
        article="",
        article_en="",
        mark=DEFAULT,
        source=timing.source,
        warnings=tuple(days.warnings(began.date(), due.date())) if days else (),
    )


def read_start(text: str) -> date:
    """Return the day or the moment that a text names; a moment without a zone is in the city's zone."""
    found: date | None = None
    if _MOMENT.fullmatch(text):
        found = _day_or_moment(text)
    if found is None:
        raise Invalid(
            f"起点“{text}”不是日期，请写成 2026-09-18 或 2026-09-18T09:30。",
            f"The start {text!r} is no date; write 2026-09-18 or 2026-09-18T09:30.",
            code="clocks.start",
        )
    return found


def read_interval(text: str) -> Interval:
    """Return first and last day of an interval written `A..B`."""
    first, _, last = text.partition("..")
    days = [_day_or_moment(part) for part in (first, last) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", part)]
    begin, end = days if len(days) == 2 else (None, None)
    if begin is None or end is None:
        raise Invalid(
            f"扣除期间“{text}”看不懂，请写成 2026-05-20..2026-05-27。",
            f"The exclusion {text!r} cannot be read; write 2026-05-20..2026-05-27.",
            code="clocks.exclude",
        )
    return begin, end


def _day_or_moment(text: str) -> date | None:
    try:
        if "T" not in text:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _read_count(text: str) -> int:
    if not text.isdecimal() or len(text) > 3:
        raise Invalid(
            f"延长次数“{text}”不是整数，请填 0、1 或 2。",
            f"The number of extensions {text!r} is no whole number; give 0, 1 or 2.",
            code="clocks.extended",
        )
    return int(text)


def _refuse_legal_words(exclude: Sequence[str], variant: str, extended: str) -> None:
    if exclude or variant or extended != "0":
        raise Invalid(
            "扣除期间、情形和延长次数只用于法定期限，请去掉或改用法定期限编号。",
            "Exclusion, variant and extensions belong to statutory limits only; leave them out or give the id of one.",
            code="clocks.limit",
        )
