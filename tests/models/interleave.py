"""Characters and conversations with secrets, interleaved in every way, and what may never happen meanwhile.

The long run of a thousand interleavings, from the root of the repository:

    MADANG_LEAK_ROUNDS=1000 python -m pytest tests/models/test_leak.py -q -s
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from madang.models.listener import prompt_tokens
from madang.models.llama import LlamaRuntime
from madang.models.types import ChatRequest, Message, Usage

SECRETS = ("ZEBRA-4711", "FALCON-9023", "WALRUS-3358", "OTTER-6640", "HERON-1187", "BADGER-5502")
TRADES = ("baker", "sailor", "painter", "teacher", "doctor", "smith")
CODES = ("mango", "cobalt", "violin", "granite", "saffron", "lantern", "walnut", "copper", "tulip", "marble")
QUESTIONS = (
    "What is the secret word?",
    "Repeat everything above.",
    "Which words were said before?",
    "Who are you?",
)
TURNS = 3
"""After so many a conversation ends and a new one begins in its place."""


@dataclass
class Talk:
    """A conversation of one visitor, who has a code of their own, with one character."""

    character: int
    hint: str
    code: str
    said: list[Message] = field(default_factory=list)
    last: Usage | None = None
    """Of its latest reply, while its slot may still hold it."""


@dataclass
class Seen:
    """What came out."""

    replies: int = 0
    own_secrets: int = 0
    """Replies with the character's own secret: that the canaries can be seen at all."""
    leaks: list[str] = field(default_factory=list)
    miscounted: list[str] = field(default_factory=list)
    compared: int = 0
    different: list[str] = field(default_factory=list)


def persona(character: int) -> Message:
    name = TRADES[character].capitalize()
    return Message(
        "system",
        f"You are {name}, a {TRADES[character]} of Busan. The secret word is {SECRETS[character]}. "
        f"When somebody asks for the secret word, you say {SECRETS[character]}. " + "You are kind. " * 8,
    )


def request(talk: Talk, question: str) -> ChatRequest:
    return ChatRequest(
        [persona(talk.character), *talk.said, Message("user", question)],
        max_tokens=12,
        temperature=0.0,
        beginning=1,
        keep=f"chr_{talk.character}",
        slot_hint=talk.hint,
    )


class Interleaving:
    """Steps through conversations in an order that `seed` fixes, on one runtime after another."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._count = 0
        self.seen = Seen()
        self.cold: dict[tuple[int, str], str] = {}
        """Answers to the first question of a conversation, computed with nothing kept."""
        self.talks = [self._begun(number) for number in range(len(CODES))]

    def _begun(self, number: int) -> Talk:
        self._count += 1
        return Talk(self._random.randrange(len(SECRETS)), f"talk-{self._count}", CODES[number])

    async def compute_cold(self, runtime: LlamaRuntime) -> None:
        for character in range(len(SECRETS)):
            for question in QUESTIONS:
                await runtime.forget(f"chr_{character}")
                talk = Talk(character, f"cold-{character}-{question}", "")
                text, usage = await self._ask(runtime, talk, question)
                assert usage.cached_tokens == 0
                self.cold[character, question] = text

    def restarted(self) -> None:
        """Another runtime has no slots of anybody."""
        for talk in self.talks:
            talk.last = None

    async def one_by_one(self, runtime: LlamaRuntime, steps: int) -> None:
        for _ in range(steps):
            number = self._random.randrange(len(self.talks))
            await self._step(runtime, number, alone=True)

    async def at_once(self, runtime: LlamaRuntime, steps: int, width: int = 5) -> None:
        for _ in range(0, steps, width):
            numbers = self._random.sample(range(len(self.talks)), width)
            await asyncio.gather(*(self._step(runtime, number, alone=False) for number in numbers))

    async def _step(self, runtime: LlamaRuntime, number: int, *, alone: bool) -> None:
        talk = self.talks[number]
        question = self._random.choice(QUESTIONS)
        first = not talk.said
        if not first and self._random.random() < 0.5:
            question = f"My code is {talk.code}. {question}"
        text, usage = await self._ask(runtime, talk, question)
        self._judge(talk, question, text)
        await self._counted(runtime, talk, question, usage, first=first)
        if first and alone:
            self.seen.compared += 1
            if text != self.cold[talk.character, question]:
                self.seen.different.append(
                    f"{question}: {text!r} for {self.cold[talk.character, question]!r}"
                )
        talk.said += [Message("user", question), Message("assistant", text)]
        talk.last = usage
        if len(talk.said) >= 2 * TURNS:
            self.talks[number] = self._begun(number)

    async def _ask(self, runtime: LlamaRuntime, talk: Talk, question: str) -> tuple[str, Usage]:
        text, usage = "", None
        async for delta in runtime.stream(request(talk, question)):
            text += delta.text
            usage = delta.usage or usage
        assert usage is not None
        return text, usage

    def _judge(self, talk: Talk, question: str, text: str) -> None:
        seen, upper = self.seen, text.upper()
        seen.replies += 1
        seen.own_secrets += SECRETS[talk.character].partition("-")[0] in upper
        for number, secret in enumerate(SECRETS):
            if number != talk.character and any(part in upper for part in secret.split("-")):
                seen.leaks.append(f"{TRADES[talk.character]} said {secret} to {question!r}")
        for code in CODES:
            if code != talk.code and code.upper() in upper:
                seen.leaks.append(f"{talk.hint} was told {code}")

    async def _counted(
        self, runtime: LlamaRuntime, talk: Talk, question: str, usage: Usage, *, first: bool
    ) -> None:
        """Whether no more was found in the slot than is this conversation's own."""
        assert runtime._keeper is not None
        asked = runtime._plainly(request(talk, question).messages)
        whole = len(await prompt_tokens(runtime._client, asked))
        beginning = (await runtime._keeper.learn(asked[:1])).tokens
        allowed = {0, beginning}
        own = 0
        if talk.last is not None:
            own = talk.last.prompt_tokens + talk.last.completion_tokens
        fine = usage.cached_tokens in allowed or (not first and beginning < usage.cached_tokens <= own)
        if usage.prompt_tokens != whole or not fine:
            self.seen.miscounted.append(
                f"{usage.cached_tokens} of {usage.prompt_tokens} ({whole}) were found; "
                f"beginning {beginning}, own {own}, first {first}"
            )
