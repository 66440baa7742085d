"""Questions to begin with are questions that the sources answer."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from madang.authoring import drafts
from madang.authoring.access import Authoring
from madang.authoring.openers import Openers, candidates
from madang.knowledge.facts.types import Business, Contact, Fact, Item, Rule, Value
from madang.knowledge.types import Evidence
from tests.authoring.conftest import MAKER
from tests.authoring.fakes import FakeKnowledge, passage

PRICES = "# 술 Bottles\n초승달 라이트 10,000원\n# 주차 Parking\n가게 앞에는 주차할 수 없습니다.\n"


def _fact(number: int, value: Value) -> Fact:
    return Fact(
        key=str(number), value=value, source_id="src_1", passage_id="psg_1", start=number, end=number + 1
    )


def _business(*values: Value) -> Business:
    facts = tuple(_fact(number, value) for number, value in enumerate(values))
    return Business(facts=facts, every=facts)


@pytest.mark.parametrize(
    ("heading", "korean", "english"),
    [
        ("술 Bottles", "술", "Bottles"),
        ("오시는 길과 영업시간 / Visit us", "오시는 길과 영업시간", "Visit us"),
        ("나이 (Age)", "나이", "Age"),
        ("Parking / 주차", "주차", "Parking"),
        ("Wi-Fi 안내", "Wi-Fi 안내", "Wi-Fi"),
        ("Opening hours", "Opening hours", "Opening hours"),
    ],
)
def test_a_heading_is_said_in_one_language(heading: str, korean: str, english: str) -> None:
    assert drafts.in_one_language(heading, "ko") == korean
    assert drafts.in_one_language(heading, "en") == english


def test_a_heading_that_only_names_its_paper_is_not_asked_for() -> None:
    passages = [
        passage("만 19세 이상만 입장합니다.", heading)
        for heading in ("느린달 이용 약관", "그 밖에 / Other", "나이 / Age")
    ]
    assert drafts.questions_in(passages, "느린달", "ko")[2] == ["나이에 대해 알려 주세요."]


async def test_what_is_not_answered_is_not_offered(authoring: Authoring, knowledge: FakeKnowledge) -> None:
    knowledge.unanswered = {"술에 대해 알려 주세요."}
    made = await authoring.from_file(MAKER, "가격표.txt", PRICES.encode())
    assert made.draft.starters == ["주차할 수 있나요?"]
    assert await authoring.suggestions(MAKER, made.slug) == []
    knowledge.unanswered = set()
    asked = len(knowledge.asked)
    await authoring.suggestions(MAKER, made.slug)
    assert len(knowledge.asked) == asked, "what was found out is remembered while the sources stay"
    await authoring.add_text(MAKER, made.slug, "More", "More.")
    assert await authoring.suggestions(MAKER, made.slug) == ["술에 대해 알려 주세요."]


async def test_what_takes_long_is_found_out_behind_the_page(
    authoring: Authoring, knowledge: FakeKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = asyncio.Event()
    asked = knowledge.evidence

    async def slow(character_id: str, question: str) -> Evidence:
        await go_on.wait()
        return await asked(character_id, question)

    monkeypatch.setattr(knowledge, "evidence", slow)
    monkeypatch.setattr(Openers.of, "__kwdefaults__", {**(Openers.of.__kwdefaults__ or {}), "seconds": 0.05})
    made = await authoring.from_file(MAKER, "가격표.txt", PRICES.encode())
    assert made.draft.starters == [], "what is not known in time is not offered"
    go_on.set()
    assert await authoring.suggestions(MAKER, made.slug) == ["주차할 수 있나요?", "술에 대해 알려 주세요."]


async def test_a_failing_search_leaves_a_draft_without_questions(
    authoring: Authoring, knowledge: FakeKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> Evidence:
        raise RuntimeError

    monkeypatch.setattr(knowledge, "evidence", broken)
    made = await authoring.from_file(MAKER, "가격표.txt", PRICES.encode())
    assert made.draft.starters == [] and made.draft.name


def test_facts_are_asked_for_by_turns() -> None:
    business = _business(
        Rule(state="open", days=[0, 1], spans=[(600, 1200)]),
        Item(name="초승달 라이트 (750ml)", others=["Crescent Light"], amount=Decimal(10000), currency="KRW"),
        Item(name="잣막걸리", amount=Decimal(16000), currency="KRW", available=False),
        Item(name="해물파전", others=["Seafood pancake"], amount=Decimal(18000), currency="KRW"),
        Contact(kind="phone", value="02-555-0148"),
    )
    passages = [passage("주차장이 없습니다.", "주차 Parking"), passage("네.", "포장 되나요?")]
    assert candidates(passages, business, "느린달", "ko") == [
        "포장 되나요?",
        "영업시간이 어떻게 되나요?",
        "초승달 라이트 얼마예요?",
        "주차할 수 있나요?",
        "해물파전 얼마예요?",
        "전화번호가 어떻게 되나요?",
    ]
    assert candidates([], business, "Slow Moon", "en")[:2] == [
        "When are you open?",
        "How much is the Crescent Light?",
    ]


async def test_a_heading_that_is_not_answered_is_no_check(
    authoring: Authoring, knowledge: FakeKnowledge
) -> None:
    made = await authoring.from_file(MAKER, "가격표.txt", PRICES.encode())
    found = {one.question for one in await authoring.checking.suggest(MAKER, made.slug)}
    assert "“술”에 대해 알려 주세요." in found
    knowledge.unanswered = {"“술”에 대해 알려 주세요."}
    await authoring.add_text(MAKER, made.slug, "More", "More.")
    found = {one.question for one in await authoring.checking.suggest(MAKER, made.slug)}
    assert "“술”에 대해 알려 주세요." not in found and "주차할 수 있나요?" in found
