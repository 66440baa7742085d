"""Questions about how to reach a business, and where it is."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from madang.knowledge.facts.ask.result import Computed, unique
from madang.knowledge.facts.ask.text import Left, english
from madang.knowledge.facts.ask.wording import listed, say
from madang.knowledge.facts.branches import place_of
from madang.knowledge.facts.networks import ALL, ANY, NAMES, named, network_of
from madang.knowledge.facts.said_contact import same, wholes
from madang.knowledge.facts.types import Business, Fact

Kind = Literal["phone", "email", "website", "address", "social"]
KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("email", re.compile(r"\be-?mail(?: address)?\b|이메일(?:\s?주소)?|메일\s?주소", re.IGNORECASE)),
    (
        "website",
        re.compile(
            r"\bweb\s?site(?: address)?\b|\bhome\s?page\b|\burl\b|홈페이지(?:\s?주소)?|웹\s?사이트(?:\s?주소)?|누리집",
            re.IGNORECASE,
        ),
    ),
    (
        "phone",
        re.compile(
            r"\b(?:tele)?phone(?: number)?\b|\b(?:contact|call) (?:you|number)\b|\byour number\b|\bnumber to call\b|\bcontact number\b|전화\s?번호|연락처|전화(?=\s?(?:는|가|를|은|알려|어떻게|몇|할|하려면|걸))|대표\s?번호",
            re.IGNORECASE,
        ),
    ),
    (
        "address",
        re.compile(
            r"\baddress\b|\bwhere (?:are you|is (?:you|it|the (?:restaurant|shop|store|cafe|place|clinic|office|bakery)|your (?:restaurant|shop|store|cafe|place|clinic|office|bakery)))\b|\bwhere (?:can|do) i find you\b|\bhow (?:can|do) i find you\b|\blocat(?:ed|ion)\b|(?<![가-힣])주소|(?<![가-힣])위치|어디(?:에|로|쯤)?\s?(?:있|예요|에요|인가요|인지|죠|야|입니까|위치)\S*|어디로\s?(?:가|찾아가)\S*|찾아가려면",
            re.IGNORECASE,
        ),
    ),
)
_MORE = english(
    "how do can could i we reach get contact call number find location located exactly street where give share business restaurant shop store cafe place clinic office bakery to you your whats what's e mail write"
)
_KOREAN_MORE = re.compile(
    r"(?:정확히|정확한|번호|전화|전화하려면|연락|연락하려면|하려면|걸려면|이메일|메일|주소|위치|어디|어디예요|어디에요|가게|매장|식당|병원|카페|찾아가려면|가려면|몇|번|번이에요|번인가요|번이|가|알|알고|있는|있나요|이|어떻게|되시나요|되나요|계정|아이디|채널|링크|공식|이름|해|하|하시|하게|하려고|운영)(?:은|는|이|가|을|를|에|도|요|로|의|예요|인가요|이에요|죠)*"
)
_MOST = 3
"""Kinds of contact that one question asks for."""
_SOCIAL = _MORE | english(
    "on are is there a an have got account accounts handle name page pages channel follow u r ur id any use using which media networks"
)
_SENTENCES = {
    "phone": "Our phone number is {value}.",
    "email": "Our e-mail address is {value}.",
    "website": "Our website is {value}.",
    "address": "Our address is {value}.",
}


def answer(business: Business, question: str, language: str) -> Computed | None:
    """One kind of contact, when the whole question is understood."""
    for name in business.names:
        question = re.sub(re.escape(name), "you", question, flags=re.IGNORECASE)
    left = Left(question)
    networks = [*left.take(ANY), *left.take(ALL)]
    kinds = [kind for kind, pattern in KINDS if left.took(pattern)]
    if left.unknown(_SOCIAL if networks else _MORE, _KOREAN_MORE) or not (networks or kinds):
        return None
    found = [_told(business, kind, language) for kind in kinds]
    found += [_profiles(business, networks, language)] if networks else []
    told = [one for one in found if one is not None]
    if len(told) < len(found) or len(found) > _MOST or (len(found) > 1 and any(one.differ for one in told)):
        return None
    facts = unique(fact for one in told for fact in one.facts)
    return replace(told[0], text=" ".join(one.text for one in told), facts=facts)


def _profiles(business: Business, asked: list[re.Match[str]], language: str) -> Computed | None:
    """The profiles in the networks that are asked about; None where one of them is not known."""
    wanted = {name for match in asked for name, pattern in NAMES.items() if pattern.fullmatch(match[0])}
    found: dict[str, Fact] = {}
    for fact, contact in business.contacts("social"):
        if not wanted or network_of(contact.value) in wanted:
            found.setdefault(contact.value, fact)
    if not found or len(found) > 8 or not wanted <= {network_of(value) for value in found}:
        return None
    values = listed([named(value, language) for value in found], language)
    return Computed(
        "social", say(language, "You find us here: {values}.", values=values), tuple(found.values())
    )


def _told(business: Business, kind: Kind, language: str) -> Computed | None:
    found = business.contacts(kind)
    values: dict[str, tuple[str, Fact]] = {}
    for fact, contact in found:
        if (
            kind == "address"
            and language == "ko"
            and not re.search("[가-힣]", contact.value)
            and any(re.search("[가-힣]", one.value) for _, one in found)
        ):
            continue
        if (
            kind == "address"
            and language != "ko"
            and re.search("[가-힣]", contact.value)
            and any(not re.search("[가-힣]", one.value) for _, one in found)
        ):
            continue
        values.setdefault(same(kind, contact.value), (contact.value, fact))
    if kind == "address":
        values = {key: values[key] for key in wholes({key: said for key, (said, _) in values.items()})}
    if not values or len(values) > 4:
        return None
    facts = tuple(fact for _, fact in values.values())
    if len(values) == 1:
        return Computed(kind, say(language, _SENTENCES[kind], value=next(iter(values.values()))[0]), facts)
    together = len({(fact.source_id, fact.passage_id) for fact in facts}) == 1
    said = listed([value for value, _ in values.values()], language)
    if together:
        return Computed(kind, say(language, "I know several: {values}.", values=said), facts)
    if places := _places(business, facts):
        each = [f"{place}: {value}" for place, (value, _) in zip(places, values.values(), strict=True)]
        said = listed(each, language)
        return Computed(kind, say(language, "I know several: {values}.", values=said), facts)
    parts = "; ".join(f"“{fact.source}”: {value}" for value, fact in values.values())
    text = f"{say(language, 'My sources do not agree here, so I will not choose between them.')} {parts}."
    return Computed(kind, text, facts, differ=True)


def _places(business: Business, facts: Sequence[Fact]) -> list[str]:
    """The heading under which each of them stands, where one source has a place for each; empty otherwise."""
    passages = [business.passages.get(fact.passage_id) for fact in facts]
    places = [place_of(passage.headings) if passage is not None else "" for passage in passages]
    alone = len({fact.source_id for fact in facts}) == 1
    return places if alone and all(places) and len(set(places)) == len(places) else []
