"""Questions to begin with: made from what the sources say, and offered only when the sources answer them."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence

from madang.authoring import drafts, phrases
from madang.authoring.doors import KnowledgeDoor
from madang.characters.types import Character
from madang.kernel import clock
from madang.kernel.language import language_of
from madang.knowledge.answerable import threshold_for
from madang.knowledge.facts.types import Business, Item
from madang.knowledge.orders import telling
from madang.knowledge.types import Passage

log = logging.getLogger(__name__)

TRIED = 16
"""Most questions that are held against the sources, the likeliest first."""
SECONDS = 3.0
"""How long making a draft waits for that; what is not known by then is not offered."""
AT_ONCE = 0.4
"""How long a page waits."""
REMEMBERED = 200
"""Characters of which it is remembered what their sources answer."""
LONGEST_ITEM = 40
_HANGUL = re.compile(r"[가-힣]")


class Openers:
    """Asks the sources what they answer, as a conversation would, without a model."""

    def __init__(self, knowledge: KnowledgeDoor, *, now: clock.Clock = clock.now) -> None:
        self._knowledge = knowledge
        self._now = now
        self._running: dict[str, asyncio.Task[None]] = {}
        self._known: OrderedDict[str, tuple[int, dict[str, bool]]] = OrderedDict()

    async def of(
        self,
        character: Character,
        passages: Sequence[Passage],
        title: str,
        *,
        wrong: float | None = None,
        without: Iterable[str] = (),
        seconds: float = SECONDS,
    ) -> list[str]:
        """At most `drafts.MOST_STARTERS` questions that are answered, each of another kind first; those of
        `without` are left out. `wrong`: share of the answers that may be wrong.

        What is not known after `seconds` is found out behind the page, and offered from then on."""
        language = character.draft.language
        names = (title, character.draft.called)
        business = await self._knowledge.facts.business(character.id, names)
        left_out = set(without)
        every = candidates(telling(passages), business, title, language)
        wanted = [one for one in every if one not in left_out][:TRIED]
        running = self._running.get(character.id)
        if running is None:
            running = asyncio.create_task(self._hold(character, wanted, names, wrong))
            self._running[character.id] = running
            running.add_done_callback(lambda _: self._running.pop(character.id, None))
        await asyncio.wait({running}, timeout=seconds)
        _, known = self._known.get(character.id, (0, {}))
        answered = [one for one in wanted if known.get(_key(one, wrong))]
        return answered[: drafts.MOST_STARTERS]

    async def close(self) -> None:
        """Ends what goes on."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _hold(
        self, character: Character, wanted: Sequence[str], names: Sequence[str], wrong: float | None
    ) -> None:
        """Finds out which are answered, until enough are. A failure leaves the others unknown."""
        found = 0
        try:
            for question in wanted:
                found += await self.answers(character, question, names, wrong=wrong)
                if found == drafts.MOST_STARTERS:
                    return
        except Exception:
            log.exception("the questions of %s could not be held against its sources", character.slug)

    async def answers(
        self, character: Character, question: str, names: Sequence[str] = (), *, wrong: float | None = None
    ) -> bool:
        """Whether the sources answer `question` as they are now."""
        version = (await self._knowledge.versions_of([character.id])).get(character.id, 0)
        kept = self._known.get(character.id)
        if kept is None or kept[0] != version:
            kept = version, {}
            self._known[character.id] = kept
        self._known.move_to_end(character.id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        key = _key(question, wrong)
        if key not in kept[1]:
            kept[1][key] = await self._asked(character, question, names, wrong)
        return kept[1][key]

    async def _asked(
        self, character: Character, question: str, names: Sequence[str], wrong: float | None
    ) -> bool:
        evidence = await self._knowledge.evidence(character.id, question)
        if evidence.declined:
            return False
        if evidence.spans and (evidence.curated or evidence.answerable >= threshold_for(wrong, evidence.by)):
            return True
        computed = await self._knowledge.computed(
            character.id,
            question,
            [],
            moment=self._now(),
            language=language_of(question),
            names=names,
        )
        return computed is not None and not computed.asks


def _key(question: str, wrong: float | None) -> str:
    return f"{wrong}\n{question}"


def candidates(
    passages: Sequence[Passage], business: Business, title: str, language: phrases.Language
) -> list[str]:
    """What may be asked, the likeliest to be answered first, by turns from each kind: the sources' own
    questions, facts, everyday topics and headings."""
    own, topics, headings = drafts.questions_in(passages, title, language)
    facts = list(_from_facts(business, language))
    ordered = [*own[:2], *facts[:2], *topics[:2], *own[2:], *facts[2:], *topics[2:], *headings]
    return list(dict.fromkeys(ordered))


def _from_facts(business: Business, language: phrases.Language) -> Iterator[str]:
    """The hours, the price of something, what there is of a kind, and how to reach it."""
    if any(rule.state == "open" and rule.weekly and not rule.of for _, rule in business.rules()):
        yield phrases.HOURS[language]
    priced = list(dict.fromkeys(named for _, item in business.items() if (named := _priced(item, language))))
    for name in priced[:1] + priced[len(priced) // 2 :][:1] * (len(priced) > 1):
        yield phrases.PRICE[language].format(item=name)
    for kind, question in phrases.CONTACTS[language].items():
        if business.contacts(kind):
            yield question


def _priced(item: Item, language: phrases.Language) -> str | None:
    """A short name, in this language, of something that is to be had at one price."""
    if item.amount is None or item.available is False or item.variant:
        return None
    for name in (item.name, *item.others):
        plain = re.sub(r"\s*\([^()]*\)$", "", name).strip()
        if 1 < len(plain) <= LONGEST_ITEM and bool(_HANGUL.search(plain)) == (language == "ko"):
            return plain
    return None
