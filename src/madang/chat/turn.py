"""One message and its reply: what to retrieve, how to answer, and what is kept whatever happens."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from madang.characters.types import Character, Language, Profile
from madang.chat import intents, route
from madang.chat.contact import contact as look_up_contact
from madang.chat.doors import KnowledgeDoor, ModelsDoor
from madang.chat.followup import Standing
from madang.chat.guard import guarded, said_instead
from madang.chat.leaks import calm
from madang.chat.live import to_the_end
from madang.chat.missing import Missing
from madang.chat.reply import Making
from madang.chat.seek import seek
from madang.chat.strategies import Piece, Scene
from madang.chat.strategies.tools import way
from madang.chat.titles import pages_of
from madang.chat.tokens import Counter
from madang.chat.types import Options, Reply
from madang.kernel import clock
from madang.kernel.errors import Busy, MadangError, ModelFailed
from madang.kernel.language import language_of
from madang.kernel.meters import Meters
from madang.kernel.settings import Settings
from madang.kernel.traces import Traces
from madang.knowledge.facts.ask import Computed
from madang.knowledge.lexicon import spelled
from madang.models.types import ChatRuntime, Message
from madang.safety.types import SafetyDoor, Verdict

log = logging.getLogger(__name__)
ANSWERING = frozenset({"words", "ready"})
READING = frozenset({"waiting", "reading"})
SPOKEN = 6
"""Messages of the visitor that a call of a tool may rest on."""
ENGINES = 3
"""Engines that may be lost, one after another, before a reply fails."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be answered: a message, what was said before it, and by whom it is answered."""

    character: Character
    profile: Profile
    message: str
    language: Language
    history: tuple[Message, ...] = ()
    greeting: str = ""
    options: Options = field(default_factory=Options)
    instructions: str = ""
    slot: str | None = None
    who: str | None = None
    """Id of the identity that asks."""
    kept: bool = False
    """Whether the maker's people see what is not answered."""
    again: int = 0
    """How many replies to this message there are already."""


class Turns:
    """Makes replies. It knows nothing of conversations: they are made the same way for every channel."""

    def __init__(
        self,
        knowledge: KnowledgeDoor,
        models: ModelsDoor,
        settings: Settings,
        now: clock.Clock = clock.now,
        safety: SafetyDoor | None = None,
        *,
        meters: Meters | None = None,
        traces: Traces | None = None,
        wrong: Callable[[], float | None] | None = None,
    ) -> None:
        self._wrong = wrong or (lambda: settings.wrong)
        self._safety = safety
        self.meters = meters or Meters()
        self.traces = traces or Traces()
        self._knowledge = knowledge
        self._models = models
        self._settings = settings
        self._now = now
        self._counter: Counter | None = None

    async def verdict(self, asked: Asked) -> Verdict | None:
        """What is said to a message before any source or model is asked; None for nearly every message."""
        if self._safety is None:
            return None
        earlier = [one.content for one in asked.history if one.role == "user"]
        return await self._safety.incoming(asked.message, language=asked.language, earlier=earlier)

    def prepare(self, asked: Asked, making: Making) -> asyncio.Task[Scene]:
        """Loads the model and asks the sources, in a task: a message is being committed meanwhile."""
        task = asyncio.create_task(self._scene(asked, making))
        # an error nobody comes to ask for (the commit failed first) is no news
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    async def answer(
        self,
        asked: Asked,
        making: Making,
        scene: asyncio.Task[Scene] | Verdict,
        keep: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Makes the reply, or says a verdict in its place, and sends its events. What was made is kept with
        `keep` before the last event, also when it is stopped (then CancelledError goes on) or fails."""
        error: MadangError | None = None
        state = "failed"
        try:
            if isinstance(scene, Verdict):
                making.take(said_instead(scene))
            else:
                await self._make(asked, making, await scene)
            state = "done"
        except asyncio.CancelledError:
            state = "stopped"
            raise
        except MadangError as failure:
            error = failure
        except Exception:
            log.exception("a reply failed")
            error = ModelFailed("Something went wrong while the reply was written. Your message is kept.")
        finally:
            reply = making.end(state, error)
            if keep is not None:
                with making.trace.span("store"):
                    error = await _kept(keep) or error
            making.tell(error)
            self._told(reply, making)

    def _told(self, reply: Reply, making: Making) -> None:
        self.meters.replied(reply.basis, reply.strategy, reply.state, reply.timings.first_ms)
        making.trace.end(
            basis=reply.basis,
            strategy=reply.strategy,
            state=reply.state,
            model=reply.model,
            letters=len(reply.text),
        )

    async def _make(self, asked: Asked, making: Making, scene: Scene) -> None:
        """Makes the reply; where its engine is lost before anything was said, once more with the next one: it
        may be able to do more, or less."""
        for _ in range(ENGINES):
            try:
                return await self._made_with(asked, making, scene)
            except (ModelFailed, Busy) as failure:
                another = None if making.text else await self._another(scene.runtime)
                if another is None:
                    raise
                log.warning("%s; %s answers instead", failure, another.card.name)
                scene = replace(scene, runtime=another, count=self._counter_of(another).count)
        return await self._made_with(asked, making, scene)

    async def _another(self, lost: ChatRuntime) -> ChatRuntime | None:
        """The engine that would answer now, None when it is the same or when there is none."""
        try:
            now = await self._models.chat()
        except MadangError:
            return None
        return now if getattr(now, "engine", None) != getattr(lost, "engine", None) else None

    async def _made_with(self, asked: Asked, making: Making, scene: Scene) -> None:
        runtime = scene.runtime
        making.reply.model = runtime.card.name
        wanted = "quote" if isinstance(runtime, Missing) else self._settings.chat_strategy
        with making.trace.span("choose strategy", model=runtime.card.name, intent=scene.intent):
            chosen = route.choose(scene, wanted)
        making.take(Piece(why=chosen.why))
        limit = Limit(runtime, asked.options)
        guard = await guarded(self._safety, asked.language)
        async with aclosing(chosen.strategy.reply(scene)) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                making.take(await guard.passed(await limit.within(piece)))
                if limit.reached:
                    making.finish = limit.finish
                if limit.reached or guard.verdict is not None:
                    break
        for piece in guard.rest(making.reply, making.text):
            making.take(piece)
        if not making.reply.completion_tokens and asked.slot is None:
            # nobody generated: what was said is counted for the caller's usage
            making.reply.completion_tokens = await runtime.count_tokens(making.text)

    async def _computed(
        self, asked: Asked, stands: Standing, question: str, earlier: Sequence[str], moment: datetime
    ) -> Computed | None:
        """What typed facts answer. A message that is carried as if it named no more than an amount
        ("보름달 12 얼마예요?") is asked alone first: what it names is no sum with what was spoken of."""
        compute = partial(
            self._knowledge.computed,
            asked.character.id,
            moment=moment,
            language=asked.language,
            names=(asked.profile.name, asked.profile.called),
        )
        if stands.how == "short" and (own := await compute(spelled(asked.message), [])) and not own.asks:
            return own
        return await compute(question, earlier)

    async def _scene(self, asked: Asked, making: Making) -> Scene:
        runtime = await self._runtime()
        sources = await self._knowledge.sources(asked.character.id)
        able = [source for source in sources if source.state in ANSWERING or source.passages]
        reading = any(source.state in READING and not source.passages for source in sources)
        said = spelled(asked.message)
        intent = intents.intent_of(said, asked.profile.called)
        own = asked.profile.kind == "business"
        wrong = asked.character.wrong or self._wrong()
        sought = computed = None
        moment = self._now().astimezone(zone(self._settings.time_zone))
        if able and intents.needs_evidence(intent):
            history = [
                replace(one, content=spelled(one.content)) if one.role == "user" else one
                for one in asked.history
            ]
            began = time.perf_counter()
            with making.trace.span("retrieve", sources=len(able)):
                sought = await seek(self._knowledge, asked.character.id, said, history, own=own, wrong=wrong)
                stands = sought.parts[0].standing
                alone = stands.moved and len(sought.parts) == 1
                earlier = [] if alone else [message.content for message in history]
                computed = await self._computed(
                    asked, stands, stands.question if alone else said, earlier, moment
                )
            making.retrieved((time.perf_counter() - began) * 1000)
        tools = None
        names = (asked.profile.name, asked.profile.called)
        if sought is not None and computed is None and way(runtime) is not None:
            tools = await self._knowledge.tools(
                asked.character.id,
                [*(one.content for one in asked.history if one.role == "user"), asked.message][-SPOKEN:],
                moment=moment,
                language=asked.language,
                names=names,
            )
        quotes = sought is not None and computed is None
        changed = await self._knowledge.changed(asked.character.id, names) if quotes else []
        contact = None
        if own and sought is not None and not (computed or sought.unclear or sought.answered):
            contact = await look_up_contact(self._knowledge, asked.character.id, asked.language)
        scene = Scene(
            character=asked.character,
            profile=asked.profile,
            language=asked.language,
            message=asked.message,
            history=asked.history,
            greeting=asked.greeting,
            intent=intent,
            runtime=runtime,
            count=self._counter_of(runtime).count,
            options=asked.options,
            now=moment,
            sought=sought,
            computed=computed,
            tools=tools,
            changed=tuple(changed),
            titles=pages_of([source.title for source in able], names),
            origins={source.id: source.url for source in able if source.url},
            instructions=asked.instructions,
            slot=asked.slot,
            who=asked.who,
            again=asked.again,
            contact=contact,
            kept=asked.kept and own,
            tables=frozenset(source.id for source in able if "csv" in source.media_type),
            reading=reading,
            trace=making.trace,
            waits=making.waits,
            wrong=wrong,
        )
        return replace(scene, history=calm(scene.history)) if scene.guarded else scene

    async def _runtime(self) -> ChatRuntime:
        """The chat model; where it cannot be loaded, one that fails only when it is asked to write."""
        try:
            return await self._models.chat()
        except Busy:
            raise
        except MadangError as failure:
            return Missing(failure)

    def _counter_of(self, runtime: ChatRuntime) -> Counter:
        if self._counter is None or self._counter.runtime is not runtime:
            self._counter = Counter(runtime)
        return self._counter


async def _kept(keep: Callable[[], Awaitable[None]]) -> MadangError | None:
    """Keeps what was made, whoever cancels meanwhile; a full disk is told, not raised over the reply."""
    try:
        await to_the_end(keep())
    except MadangError as failure:
        return failure
    return None


class Limit:
    """The caller's `max_tokens` and `stop`, for text that no model wrote: the runtime holds its own."""

    def __init__(self, runtime: ChatRuntime, options: Options) -> None:
        self._runtime = runtime
        self._most = options.max_tokens
        self._stop = tuple(options.stop)
        self._spent = 0
        self.reached = False
        self.finish = "stop"

    async def within(self, piece: Piece) -> Piece:
        """The piece, or what of it may still be said."""
        if piece.generated or not piece.text or (self._most is None and not self._stop):
            return piece
        text = piece.text
        cut = min((at for mark in self._stop if mark and (at := text.find(mark)) >= 0), default=-1)
        text = text[:cut] if cut >= 0 else text
        self.reached = cut >= 0
        if self._most is not None:
            tokens = await self._runtime.count_tokens(text)
            if self._spent + tokens > self._most:
                text = await self._shortened(text, self._most - self._spent)
                self.reached, self.finish = True, "length"
            self._spent += tokens
        return replace(piece, text=text)

    async def _shortened(self, text: str, most: int) -> str:
        words = re.findall(r"\s*\S+", text)
        low, high = 0, len(words)
        while low < high:
            middle = (low + high + 1) // 2
            if await self._runtime.count_tokens("".join(words[:middle])) <= most:
                low = middle
            else:
                high = middle - 1
        return "".join(words[:low])


def zone(name: str) -> ZoneInfo:
    """The time zone of a setting; UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def language_for(message: str, earlier: Sequence[str], profile: Profile) -> Language:
    """The language to answer in: the message's; for one without words the last one's, or the character's."""
    for text in (message, *reversed(earlier)):
        if re.search(r"[^\W\d_]", text):
            return language_of(text)
    return profile.language
