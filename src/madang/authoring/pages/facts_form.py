"""The form of facts: what is typed into its rows, to facts and back. It comes back when it means nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from madang.kernel.errors import BadInput
from madang.knowledge.facts.own import HOLIDAYS, date_name
from madang.knowledge.facts.types import (
    Contact,
    Fact,
    Holiday,
    Item,
    OwnException,
    OwnFacts,
    OwnHours,
    Policy,
    Rule,
)
from madang.knowledge.facts.written import clock_from, dates_from, price_from, spans_from, spans_text

Row = dict[str, str]
Kind = TypeVar("Kind", bound=BaseModel)
COLUMNS = {
    "exceptions": ("day", "date", "around", "hours"),
    "items": ("name", "price", "currency", "tags", "about", "category", "stock"),
    "contacts": ("kind", "value"),
    "policies": ("key", "text"),
}
AROUND = {"0": [0], "-1": [-1], "1": [1], "0,1": [0, 1], "-1,0,1": [-1, 0, 1]}
MOST_FIELDS = 9_000


@dataclass(slots=True)
class Typed:
    """The form as it was typed: `rows` of a list by its name; hours by the number of the day."""

    time_zone: str = ""
    country: str = ""
    hours: list[Row] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)


def typed_from(found: FormData) -> Typed:
    """What was sent, row by row; rows of which nothing was typed are left out."""
    typed = Typed(_text(found, "time_zone").strip(), _text(found, "country").strip().upper())
    typed.hours = [
        {name: _text(found, f"{name}-{day}").strip() for name in ("state", "hours", "last")}
        for day in range(7)
    ]
    for group, names in COLUMNS.items():
        lists = {
            # browsers send lines as they are sent over the wire
            name: [str(value).replace("\r\n", "\n") for value in found.getlist(f"{group}-{name}")]
            for name in names
        }
        count = max(map(len, lists.values()), default=0)
        rows = [
            {name: values[at] if at < len(values) else "" for name, values in lists.items()}
            for at in range(count)
        ]
        typed.rows[group] = [row for row in rows if _filled(group, row)]
    return typed


def without(found: FormData, typed: Typed) -> bool:
    """Takes away the row that a button named, as it stood in the form; whether there was such a button."""
    group, _, number = _text(found, "drop").partition(":")
    if group not in COLUMNS or not number.isdigit():
        return False
    filled = -1
    for at in range(len(found.getlist(f"{group}-{COLUMNS[group][0]}"))):
        row = {name: _at(found, f"{group}-{name}", at) for name in COLUMNS[group]}
        filled += _filled(group, row)
        if at == int(number):
            if _filled(group, row):
                del typed.rows[group][filled]
            break
    return True


def has_place(fact: Fact) -> bool:
    """Whether the form has a place for a fact of a document: of the hours it has one for a plain week."""
    rule = fact.value
    return not isinstance(rule, Rule) or (rule.weekly and not rule.nth and rule.state in ("open", "closed"))


def copy(typed: Typed, fact: Fact) -> tuple[str, int]:
    """Puts a fact of a document into the form, to be corrected there; (list, row) or ("hours", day) is where.
    Days that are filled in already stay. Raises BadInput for one that the form has no place for."""
    if not has_place(fact):
        raise BadInput("The form has no place for this one: write it in your own words below.")
    match fact.value:
        case Rule() as rule:
            days = rule.days or range(7)
            free = [day for day in days if not typed.hours[day]["state"] and not typed.hours[day]["hours"]]
            for day in free:
                hours = spans_text(rule.spans) if rule.state == "open" else ""
                typed.hours[day] = {"state": rule.state, "hours": hours, "last": typed.hours[day]["last"]}
            return "hours", min(free or days)
        case Item() as item:
            return _added(typed, "items", _item_row(item))
        case Contact() as contact:
            return _added(typed, "contacts", {"kind": contact.kind, "value": contact.value})
        case Policy() as policy:
            return _added(typed, "policies", {"key": policy.key, "text": policy.text})


def _added(typed: Typed, group: str, row: Row) -> tuple[str, int]:
    rows = typed.rows.setdefault(group, [])
    if row not in rows:
        rows.append(row)
    return group, rows.index(row)


def own_from(typed: Typed) -> OwnFacts:
    """The facts. Raises BadInput with one sentence for the first thing that is not understood."""
    hours = []
    for day, row in enumerate(typed.hours):
        if row["state"] == "closed":
            hours.append(OwnHours(day=day))
        elif row["hours"] or row["state"] == "open":
            spans = spans_from(row["hours"])
            if not spans:
                raise BadInput("Write the hours of a day that is open, or say that it is closed.")
            hours.append(OwnHours(day=day, spans=spans, last_order=clock_from(row["last"], spans)))
    return _made(
        OwnFacts,
        time_zone=typed.time_zone,
        country=typed.country,
        hours=hours,
        exceptions=[_exception(row) for row in typed.rows.get("exceptions", [])],
        items=[_item(row) for row in typed.rows.get("items", [])],
        contacts=[_made(Contact, **row) for row in typed.rows.get("contacts", [])],
        policies=[_made(Policy, **row) for row in typed.rows.get("policies", [])],
    )


def typed_of(own: OwnFacts) -> Typed:
    """The form as it stands with what was written."""
    typed = Typed(own.time_zone, own.country)
    by_day = {one.day: one for one in own.hours}
    for day in range(7):
        one = by_day.get(day)
        state = "" if one is None else "open" if one.spans else "closed"
        last = (
            spans_text([(one.last_order, one.last_order)]).partition("-")[0] if one and one.last_order else ""
        )
        typed.hours.append({"state": state, "hours": spans_text(one.spans) if one else "", "last": last})
    typed.rows = {
        "exceptions": [
            {
                "day": one.holiday.key if one.holiday else "date",
                "date": date_name(one.dates) if one.dates else "",
                "around": ",".join(map(str, one.holiday.offsets)) if one.holiday else "0",
                "hours": spans_text(one.spans),
            }
            for one in own.exceptions
        ],
        "items": [_item_row(item) for item in own.items],
        "contacts": [{"kind": one.kind, "value": one.value} for one in own.contacts],
        "policies": [{"key": one.key, "text": one.text} for one in own.policies],
    }
    return typed


def _item_row(item: Item) -> Row:
    return {
        "name": item.name,
        "price": f"{item.amount:f}" if item.amount is not None else "",
        "currency": item.currency,
        "tags": ", ".join(item.tags),
        "about": item.description,
        "category": item.category,
        "stock": "out" if item.available is False else "",
    }


def _exception(row: Row) -> OwnException:
    spans = spans_from(row["hours"])
    if row["day"] in HOLIDAYS:
        return OwnException(
            holiday=Holiday(key=row["day"], offsets=AROUND.get(row["around"], [0])), spans=spans
        )
    return OwnException(dates=dates_from(row["date"]), spans=spans)


def _item(row: Row) -> Item:
    amount, currency = price_from(row["price"])
    given = row["currency"].strip().upper() or currency
    tags = [tag.strip() for tag in re.split(r"[,;]", row["tags"]) if tag.strip()]
    return _made(
        Item,
        name=row["name"].strip(),
        amount=amount,
        currency=given,
        tags=tags,
        description=row["about"].strip(),
        category=row["category"].strip(),
        available=False if row["stock"] == "out" else None,
    )


def _made(of: type[Kind], /, **values: object) -> Kind:
    try:
        return of.model_validate(values)
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        raise BadInput(
            "The field {field} is missing or wrong.", field=str(place[0]) if place else "form"
        ) from error


def _filled(group: str, row: Row) -> bool:
    names = {"exceptions": ("date", "hours"), "contacts": ("value",)}.get(group, tuple(COLUMNS[group]))
    holiday = group == "exceptions" and row.get("day", "") in HOLIDAYS
    return holiday or any(row.get(name, "").strip() for name in names if name not in ("currency", "stock"))


def _text(found: FormData, name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _at(found: FormData, name: str, at: int) -> str:
    values = found.getlist(name)
    return str(values[at]) if at < len(values) else ""
