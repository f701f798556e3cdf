"""One event of iCalendar (RFC 5545): when a report should be done."""

from datetime import UTC, datetime, timedelta

LONGEST_LINE = 74


def event(code: str, at: datetime | None, address: str, city: str) -> str:
    """Return the calendar file of a code; without an expected end it holds no event."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//chengzhi//portal//ZH", "METHOD:PUBLISH"]
    if at is not None:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{code}@chengzhi",
            f"DTSTAMP:{_utc(at)}",
            f"DTSTART:{_utc(at)}",
            f"DTEND:{_utc(at + timedelta(minutes=15))}",
            f"SUMMARY:{_escaped(f'{city}城管反映 {code} 预计办结')}",
            f"URL:{address}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """Return a line in pieces of at most 74 octets, none of which cuts a sign."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += sign
    return [*pieces, piece]
