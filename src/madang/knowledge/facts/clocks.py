"""Times of day and spans between two of them: `오전 11시 30분`, `9:00-18:00`, `9-5`, `half past nine`."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from dataclasses import dataclass

from madang.knowledge.facts.numerals import ENGLISH, ENGLISH_WORD, NATIVE, NATIVE_WORD
from madang.knowledge.facts.types import DAY

_HALF = r"오전|오후|아침|새벽|낮|점심|저녁|밤"
_MERIDIEM = r"a\.?m\b\.?|p\.?m\b\.?"
_LATER = r"\s*(?:in the (?P<part>morning|afternoon|evening)|at (?P<night>night))"
_TIME = re.compile(
    rf"(?P<noon>\b(?:12(?::00)?\s?)?(?:noon|midday)\b|정오)|(?P<midnight>\bmidnight\b|자정)"
    rf"|\b(?P<rel>half past|quarter past|quarter to)\s+(?P<relh>\d{{1,2}}|{ENGLISH_WORD})\b(?:\s*(?P<relm>{_MERIDIEM}))?"
    rf"|(?:(?P<kmer>{_HALF})\s*)?(?:(?<![\d:.,])(?P<kh>\d{{1,2}})|(?<![가-힣])(?P<kn>{NATIVE_WORD}))\s?시(?!간|작|민|장|내|즌|켜|원|설|식)(?:\s?(?P<km>\d{{1,2}})\s?분|\s?(?P<khalf>반))?"
    rf"|(?:(?P<pre>{_HALF}|\b{_MERIDIEM})\s*)?(?<![\d:.,])(?P<h>\d{{1,2}}):(?P<m>[0-5]\d)(?::\d{{2}})?(?![\d:])(?:\s*(?P<mer>{_MERIDIEM}))?(?:{_LATER.replace('part', 'part1').replace('night>', 'night1>')})?"
    rf"|(?<![\d:.,$₩€£])\b(?P<eh>\d{{1,2}}|{ENGLISH_WORD})(?:\.(?P<em>[0-5]\d))?\s*(?:(?P<emer>{_MERIDIEM})|o['’]?clock\b)(?:{_LATER.replace('part', 'part2').replace('night>', 'night2>')})?"
    rf"|(?<![\d:.,$₩€£/-])\b(?P<lh>\d{{1,2}}|{ENGLISH_WORD}){_LATER}",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![\d:.,$₩€£/-])\b(\d{{1,2}}|{ENGLISH_WORD})\b(?![:.,]\d|\s*(?:%|원|won|dollars?|명|people|persons?|minutes?|분|개))",
    re.IGNORECASE,
)
_DASH = r"[-–—~∼〜]"
_BETWEEN = re.compile(
    rf"\s*(?:{_DASH}|to|until|till|through|and|부터|에서|에\s?(?:열고|열어서?|문을 열고|오픈해서?|시작해서?),?|오픈\s?{_DASH}?|open\s?{_DASH}?)\s*(?:익일)?\s*",
    re.IGNORECASE,
)
_BARE_SPAN = re.compile(
    rf"(?<![\d:.,$₩€£/-])\b(?:from\s+)?(?P<a>\d{{1,2}})\s*(?:{_DASH}|to|until|till)\s*(?P<b>\d{{1,2}})\b(?!\.\d|\s*(?:[%:/월일원명개분]|won|people|minutes|min|days?|months?|years?|persons?|{_DASH}))(?!,\d)(?:\s?(?P<mer>{_MERIDIEM}))?",
    re.IGNORECASE,
)

_DOTTED = re.compile(
    rf"(?<![\d.,:$₩€£])(?:((?:0?[5-9]|1\d|2[0-3]))\.(00|15|30|45)(\s*(?:{_DASH}|to|until|till)\s*)(1[3-9]|2[0-4])\.(00|15|30|45)"
    rf"|((?:0?[89]|1[0-2]))\.(00|15|30|45)(\s*(?:{_DASH}|to|until|till)\s*)(9|1[0-2])\.(00|15|30|45))(?![\d.])(?!\s?(?:원|won|km|kg|m\b|%|[ap]\.?m))",
    re.IGNORECASE,
)
"""Two times with dots, one after the other: "9.00 - 17.30"; of "5.30 - 10.30" nobody says which half of the day."""
_POINTED = re.compile(
    rf"(?<![\d.,:$₩€£/])(?:(\d{{1,2}})\.(00|15|30|45)(\s*(?:{_DASH}|to|until|till)\s*)(\d{{1,2}})(?:\.(00|15|30|45))?|(\d{{1,2}})(\s*(?:{_DASH}|to|until|till)\s*)(\d{{1,2}})\.(00|15|30|45))(?!\d|[.,:/]\d)(?!\s?(?:kg|g\b|km|m\b|ml|l\b|%|each|per\b|p\b|euros?|pounds?|dollars?|miles?))",
    re.IGNORECASE,
)
"""The same, where only one of them has minutes, or "pm" stands behind both: "12-2.30pm", "8.30-2"."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time in a text. `sure` is False where the other half of the day may be meant."""

    minutes: int
    sure: bool
    start: int
    end: int
    half: str = ""
    """`am` or `pm` where it is said."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one time to another; `opens` < `closes`, past midnight it goes on counting."""

    opens: int
    closes: int
    start: int
    end: int
    sure: bool = True


def clocks_in(text: str) -> list[Clock]:
    """The times of a text, in order; a bare number is none."""
    return _clocks(_colons(text))


def _clocks(text: str) -> list[Clock]:
    """The same, of a text whose times have colons."""
    found = []
    for match in _TIME.finditer(text):
        clock = _clock(match)
        if clock is not None:
            found.append(clock)
    return found


def _colons(text: str) -> str:
    """The text, as long as it is, with colons for the points in its times."""
    if "." not in text:
        return text
    text = _DOTTED.sub(lambda match: "{}:{}{}{}:{}".format(*(part for part in match.groups() if part)), text)
    if re.search("[가-힣]", text):
        return text  # "11.30~12.15" may be days
    return _POINTED.sub(lambda match: match[0].replace(".", ":"), text)


def bare_clock(text: str) -> Clock | None:
    """A number that the words before it make a time ("at nine"): the first of `text`, unsure."""
    match = _BARE.search(text)
    if match is None:
        return None
    hour = _hour(match.group(1))
    if hour is None or hour > 24:
        return None
    return Clock(hour * 60, hour > 12 or hour == 0, match.start(1), match.end(1))


def stretches_in(text: str) -> list[Stretch]:
    """Spans of time, in order. Whether a bare "9-5" is one, its sentence says."""
    text = _colons(text)
    clocks = _clocks(text)
    found: list[Stretch] = []
    taken = -1
    for number, clock in enumerate(clocks):
        if clock.start < taken:
            continue
        following = clocks[number + 1] if number + 1 < len(clocks) else None
        if following is None or not _BETWEEN.fullmatch(text, clock.end, following.start):
            following = _after(text, clock)
        earlier = _before(text, clock) if following is None else None
        a, b = (clock, following) if following is not None else (earlier, clock)
        if a is not None and b is not None and (stretch := _stretch(a, b)) is not None:
            found.append(stretch)
            taken = b.end
    for match in _BARE_SPAN.finditer(text):
        if any(one.start < match.end() and match.start() < one.end for one in found):
            continue
        if any(match.start() < one.end and one.start < match.end() for one in clocks):
            continue
        if (bare := _bare_stretch(match)) is not None:
            found.append(bare)
    return sorted(found, key=lambda one: one.start)


def _bare_stretch(match: re.Match[str]) -> Stretch | None:
    """ "9-5", "10 to 9"."""
    begins, ends, half = int(match["a"]), int(match["b"]), _half(match["mer"])
    if begins > 24 or ends > 24:
        return None
    if begins == 12 and not half and 0 < ends < 12:
        return Stretch(
            12 * 60, (ends + 12) * 60, match.start("a"), match.end()
        )  # nobody opens from noon to six at night
    last = _made(ends, 0, half, match.start("b"), match.end())
    return _stretch(Clock(begins * 60, begins > 12, match.start("a"), match.end("a")), last) if last else None


def _after(text: str, first: Clock) -> Clock | None:
    """The bare end of a span: "오전 11시 ~ 9", "9am to 5"."""
    match = re.compile(
        rf"\s*(?:{_DASH}|to|until|till)\s*(\d{{1,2}})(?![\d:시]|[.,]\d)\b", re.IGNORECASE
    ).match(text, first.end)
    if match is None or int(match[1]) > 24:
        return None
    return Clock(int(match[1]) * 60, int(match[1]) > 12, match.start(1), match.end(1))


def _before(text: str, last: Clock) -> Clock | None:
    """The bare beginning of a span: "9-5pm", "9 to 18:00"."""
    match = re.compile(
        rf"(?<![\d:.,$₩€£/-])(\d{{1,2}})\s*(?:{_DASH}|to|until|till)\s*$", re.IGNORECASE
    ).search(text, 0, last.start)
    if match is None or int(match[1]) > 24:
        return None
    return Clock(int(match[1]) * 60, int(match[1]) > 12, match.start(1), match.end(1))


def _stretch(first: Clock, last: Clock) -> Stretch | None:
    opens, closes, sure = first.minutes, last.minutes, True
    if not first.half and last.half == "pm" and not first.sure and opens < 12 * 60:
        if opens + 12 * 60 < closes:  # "5-9pm"; of "8-9pm" nobody knows, and "9-5pm" begins in the morning
            sure = opens < 6 * 60
            opens += 12 * 60
    elif first.half == "pm" and not last.half and not last.sure and closes < 12 * 60:
        if closes + 12 * 60 > opens:
            closes += 12 * 60
    elif first.half == "am" and not last.half and not last.sure and closes <= opens:
        closes += 12 * 60
    elif not first.half and not last.half and closes <= opens and not last.sure and opens <= 12 * 60:
        longer = closes + 12 * 60 - opens
        sure = longer >= 5 * 60 or opens == 12 * 60  # nobody opens from noon to half past two at night
        closes += 12 * 60
    if closes <= opens:
        closes += DAY
    if closes - opens > DAY or opens >= DAY:
        return None
    return Stretch(opens, closes, first.start, last.end, sure)


def _clock(match: re.Match[str]) -> Clock | None:
    found = match.groupdict()
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    end = match.end()
    if found["noon"]:
        return Clock(12 * 60, True, start, end, "pm")
    if found["midnight"]:
        return Clock(DAY, True, start, end, "am")
    if found["rel"]:
        hour = _hour(found["relh"])
        if hour is None or hour > 12:
            return None
        shift = {"half past": 30, "quarter past": 15, "quarter to": -15}[found["rel"].lower()]
        base = _made(hour, 0, _half(found["relm"]), start, end)
        return None if base is None else Clock((base.minutes + shift) % DAY, base.sure, start, end, base.half)
    if found["kh"] or found["kn"]:
        hour = _hour(found["kh"] or found["kn"])
        minute = 30 if found["khalf"] else int(found["km"] or 0)
        if hour is None or minute > 59:
            return None
        return _korean(hour, minute, found["kmer"] or "", start, end)
    if found["h"]:
        half = found["pre"] or found["mer"] or _part(found["part1"], found["night1"])
        hour, minute = int(found["h"]), int(found["m"])
        if found["pre"] and found["pre"][0] in "오아새낮점저밤":
            return _korean(hour, minute, found["pre"], start, end)
        return _made(hour, minute, _half(half), start, end, led=found["h"].startswith("0"))
    hour = _hour(found["eh"] or found["lh"])
    if hour is None:
        return None
    half = found["emer"] or _part(found["part2"], found["night2"]) or _part(found["part"], found["night"])
    return _made(hour, int(found["em"] or 0), _half(half), start, end)


def _part(part: str | None, night: str | None) -> str:
    return "" if not part and not night else "am" if part and part.lower() == "morning" else "pm"


def _half(text: str | None) -> str:
    return (text or "").replace(".", "").lower()[:2]


def _hour(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isdigit():
        return int(text)
    return ENGLISH.get(text.lower(), NATIVE.get(text))


def _made(hour: int, minute: int, half: str, start: int, end: int, *, led: bool = False) -> Clock | None:
    if hour > 24 or (hour == 24 and minute):
        return None
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
        return Clock(hour * 60 + minute, True, start, end, half)
    return Clock(hour * 60 + minute, led or hour > 12 or hour == 0, start, end)


def _korean(hour: int, minute: int, part: str, start: int, end: int) -> Clock | None:
    if hour > 24 or (hour == 24 and minute):
        return None
    at = hour * 60 + minute
    if not part or hour > 12:
        return Clock(at, hour > 12 or hour == 0, start, end)
    if part in ("오전", "아침", "새벽"):
        if hour == 12:
            return Clock(minute, part == "새벽", start, end, "am")
        return Clock(at, True, start, end, "am")
    if part == "밤" and (hour == 12 or hour < 5):
        return Clock(DAY + (0 if hour == 12 else at) + (minute if hour == 12 else 0), True, start, end, "am")
    if part in ("낮", "점심") and hour in (10, 11):
        return Clock(at, True, start, end, "am")
    return Clock((hour % 12 + 12) * 60 + minute, True, start, end, "pm")


def shown(minutes: int) -> str:
    """`21:00`; past midnight as the clock shows it."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}" if minutes != DAY else "24:00"
