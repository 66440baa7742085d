"""Values of sheets as a person reads them there: dates, times, shares, amounts of money."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]')
_SECTIONS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_DIGITS = re.compile(r"[#0?][#0?,.]*")


def shown(value: Any, form: str) -> str:
    """`value` in the number format `form` (a subset of it: decimals, thousands, shares, units around it)."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        # a sheet keeps fractions of days: 14:29:59.999 was typed as 14:30
        near = value + timedelta(milliseconds=500)
        return near.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M") if not value.second else value.strftime("%H:%M:%S")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, (int, float)):
        return _number(value, form)
    return str(value)


def _number(value: float, form: str) -> str:
    sections = _SECTIONS.split(form or "General")
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    if section.strip().lower() in ("", "general", "@") or not _DIGITS.search(_bare(section)):
        return _plain(value)
    amount = abs(value) if value < 0 and len(sections) > 1 else value
    bare = _bare(section)
    if "E+" in bare.upper():
        return _plain(value)
    match = _DIGITS.search(bare)
    digits = match.group() if match else "0"
    decimals = len(digits.partition(".")[2].replace(",", ""))
    share = "%" in bare
    comma = "," if "," in digits.partition(".")[0] else ""
    text = f"{amount * 100 if share else amount:{comma}.{min(decimals, 10)}f}"
    before, after = _around(section)
    return f"{before}{text}{'%' if share else ''}{after}".strip()


def _plain(value: float) -> str:
    if isinstance(value, float):
        if not isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return str(value)


def _bare(section: str) -> str:
    """A format without its literal letters."""
    return re.sub(r"\[[^\]]*\]|_.|\*.", "", _QUOTED.sub("", section))


def _around(section: str) -> tuple[str, str]:
    """The letters that a format writes before and after the digits: currencies and units."""
    marked = _QUOTED.sub(lambda m: "\x01" + (m[1] or m[2] or m[3] or "") + "\x02", section)
    marked = re.sub(r"\[[^\]]*\]|_.|\*.", "", marked)
    found = re.search(r"[#0?][#0?,.]*%?", re.sub(r"\x01[^\x02]*\x02", lambda m: "\x03" * len(m[0]), marked))
    if found is None:
        return "", ""

    def letters(part: str) -> str:
        return re.sub(r"[\x01\x02]|(?<!\x01)[#0?,%@]", "", part)

    return letters(marked[: found.start()]), letters(marked[found.end() :])
