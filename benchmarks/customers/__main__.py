"""An owner drops a price file, a website and a policy PDF in; customers ask in Korean and English.

Hypothesis: every reply is right and cited, or honestly declined; none is wrong.

The shops are made up, each a folder (`shop` says how), and their questions were written before anything was
asked. The studio is the real one with its embedded models; the website is crawled. Every question is a
conversation of its own or follows the one before it. A reply is judged by what it must hold: `right`,
`declined_rightly` (the documents do not say it), `declined` (they do), `asked_back`, `wrong`. Most shops were
looked at while what they showed to be wrong was mended, so they are no unseen material any more. Eleven,
written by people who had not read how it answers, were only counted: `barber`, `driving`, `kidscafe`,
`laundry` and `pilates`, and the last, asked as people type on a phone and in other words than the documents':
`bunsik`, `ceramics`, `escape`, `florist`, `studio` and `tailor`.

    python -m benchmarks.customers [FOLDER ...] [--show]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.customers.shop import Question, Shop, Verdict
from benchmarks.report import report
from madang.app.studio import Studio, open_studio
from madang.characters.types import Profile
from madang.chat.types import Reply
from madang.kernel.fetch import Fetcher
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.kernel.language import language_of
from madang.kernel.settings import Settings, default_data

HERE = Path(__file__).parent
BARS = {"wrong": "<= 0"}
GREETING = {"en": "Welcome! What can we do for you?", "ko": "어서 오세요! 무엇을 도와드릴까요?"}


async def asked(shop: Shop) -> list[tuple[Question, Reply, Verdict]]:
    """Everything that customers ask of the shop, with the replies."""
    with tempfile.TemporaryDirectory() as folder, shop.website() as address:
        data = Path(folder)
        (data / "weights").symlink_to(default_data() / "weights")
        settings = Settings(data=data, hub="off", time_zone=shop.zone)
        async with open_studio(settings, fetcher=Fetcher(allow_private=True)) as studio:
            slug = await opened(studio, shop, address)
            visitor, conversation = Identity("visitor", new_id("vis")), ""
            replies: list[tuple[Question, Reply, Verdict]] = []
            for one in shop.questions():
                if not one.follows:
                    visitor = Identity("visitor", new_id("vis"))
                    conversation = (await studio.chat.start(visitor, slug)).id
                reply = await said(studio, visitor, conversation, one.text)
                replies.append((one, reply, one.verdict(reply)))
            return replies


async def opened(studio: Studio, shop: Shop, address: str) -> str:
    """The shop as a published character that has read everything; its slug."""
    owner = await studio.accounts.owner()
    profile = Profile(
        name=shop.name, kind="business", language=shop.language, greeting=GREETING[shop.language]
    )
    character = await studio.characters.create(owner, profile)
    for name, data in shop.documents().items():
        source = await studio.knowledge.add_file(character.id, name, data)
        await studio.knowledge.wait(source.id, "ready", seconds=120)
    site = await studio.knowledge.add_site(character.id, address)
    await studio.knowledge.wait_site(site.id, "ready", seconds=120)
    await studio.characters.publish(owner, character.slug)
    return character.slug


async def said(studio: Studio, visitor: Identity, conversation: str, question: str) -> Reply:
    reply: Reply | None = None
    async for event in studio.chat.say(visitor, conversation, question):
        reply = event.reply or reply
    if reply is None or reply.state != "done":
        raise RuntimeError(f"no reply to {question!r}: {reply and (reply.state, reply.error)}")
    return reply


def main() -> None:
    parser = argparse.ArgumentParser(description="What shops' characters say to their customers.")
    parser.add_argument("folders", nargs="*", type=Path, help="shops; by default those beside this file")
    parser.add_argument("--show", action="store_true", help="print every question with its reply")
    options = parser.parse_args()
    folders = options.folders or sorted(path.parent for path in HERE.glob("*/shop.toml"))
    table: dict[str, dict[str, int]] = {}
    languages: dict[str, Counter[str]] = {"en": Counter(), "ko": Counter()}
    failures: list[str] = []
    for folder in folders:
        replies = asyncio.run(asked(Shop.read(folder)))
        table[folder.name] = dict(Counter(verdict for *_, verdict in replies))
        for question, reply, verdict in replies:
            languages[language_of(question.text)][verdict] += 1
            if verdict in ("wrong", "declined", "asked_back"):
                failures.append(f"{folder.name}: {question.text}: {verdict}")
            if options.show:
                text = "\n    ".join(reply.text.splitlines())
                print(f"{verdict:16} {question.text}\n    {reply.basis}/{reply.strategy}: {text}", flush=True)
    report("customers", _summed(table, languages, failures), BARS)


def _summed(
    table: dict[str, dict[str, int]], languages: dict[str, Counter[str]], failures: list[str]
) -> dict[str, Any]:
    every = sum((Counter(one) for one in table.values()), Counter[str]())
    silent = every["declined_rightly"]
    return {
        "questions": every.total(),
        "right": every["right"],
        "declined_rightly": silent,
        "declined": every["declined"],
        "asked_back": every["asked_back"],
        "wrong": every["wrong"],
        "shops": table,
        "languages": {name: dict(count) for name, count in languages.items()},
        "failures": failures,
    }


if __name__ == "__main__":
    main()
