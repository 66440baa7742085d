"""The door of authoring: from a sentence, a file, an address or a card to a draft, and on to visitors.

Every method takes the identity first and goes through the character's own door; sources are reached only
through a character that is one's own.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from madang.authoring import drafts, naming, polish, signs
from madang.authoring.address import title_of_page
from madang.authoring.checking.run import Checking
from madang.authoring.doors import (
    CharactersDoor,
    ChecksDoor,
    ConversationsDoor,
    FetcherDoor,
    KnowledgeDoor,
    ModelsDoor,
    RulesDoor,
)
from madang.authoring.facts import OwnersFacts
from madang.authoring.looking import Looked, looked
from madang.authoring.openers import AT_ONCE, Openers
from madang.authoring.own import may_make, own
from madang.authoring.sites import DEPTH, PAGES, Sites, whole
from madang.authoring.store import Reports
from madang.authoring.types import CARD_ENDINGS, Compared, Draft
from madang.authoring.writing.write import Writing
from madang.characters.types import CardReport, Character, Profile, Version, Visibility
from madang.characters.versions.difference import changes
from madang.kernel.errors import BadInput, Forbidden, NotFound, TooLarge, Unreadable
from madang.kernel.identity import Identity
from madang.kernel.paths import safe_name
from madang.knowledge import answers
from madang.knowledge.answerable import threshold_for
from madang.knowledge.careful import Careful
from madang.knowledge.readers.sniff import PICTURES, reads_pictures
from madang.knowledge.types import Passage, Source

PATIENCE = 8.0
"""Seconds that making a draft waits for a document to be read; a longer one is read on behind the editor."""
PAGE_BYTES = 4_000_000
LONGEST_TYPED = 200_000
PAIRS = {"en": "Questions and answers", "ko": "질문과 답"}
"""What a typed list of them is called, in the character's language: a citation names it."""
LONGEST_QUESTION = 500

"""Share of the answers that may be wrong where no studio says otherwise."""


class Authoring:
    def __init__(
        self,
        characters: CharactersDoor,
        knowledge: KnowledgeDoor,
        models: ModelsDoor,
        fetcher: FetcherDoor,
        conversations: ConversationsDoor,
        *,
        checks: ChecksDoor,
        reports: Reports,
        safety: RulesDoor | None = None,
        patience: float = PATIENCE,
        careful: Careful | None = None,
    ) -> None:
        self._characters = characters
        self._knowledge = knowledge
        self._models = models
        self._fetcher = fetcher
        self._conversations = conversations
        self._reports = reports
        self._safety = safety
        self._patience = patience
        self._careful = careful
        self.sites = Sites(characters, knowledge)
        self._openers = Openers(knowledge)
        self.checking = Checking(characters, knowledge, checks, conversations, openers=self._openers)
        self.writing = Writing(characters, knowledge, models)
        self.facts = OwnersFacts(self.own, lambda: knowledge.facts)

    async def close(self) -> None:
        """Ends what goes on behind pages."""
        await self.checking.close()
        await self._openers.close()

    # --- drafts ----------------------------------------------------------------------------------------

    async def from_text(self, identity: Identity, description: str, name: str | None = None) -> Character:
        """A draft from a description. Raises BadInput for an empty or endless one."""
        may_make(identity)
        profile = drafts.from_description(description, name)
        return await self._characters.create(identity, await self._polished(profile))

    async def from_file(
        self, identity: Identity, filename: str, data: bytes, name: str | None = None
    ) -> Character:
        """A draft that answers from a document. Raises Unreadable or TooLarge: then there is no draft."""
        may_make(identity)
        filename = safe_name(filename)
        title = drafts.title_of_file(filename)
        return await self._from_source(
            identity, title, name, lambda character_id: self._knowledge.add_file(character_id, filename, data)
        )

    async def from_url(self, identity: Identity, url: str, name: str | None = None) -> Character:
        """A draft that answers from a page, named after its site. Raises Forbidden, Offline, Unreadable, …"""
        may_make(identity)
        url = whole(url)
        page = await self._fetcher.get(url, max_bytes=PAGE_BYTES, accept="text/html, */*;q=0.5")
        return await self._from_source(
            identity,
            title_of_page(page),
            name,
            lambda character_id: self._knowledge.add_url(character_id, url),
            titled=True,
        )

    async def from_site(
        self,
        identity: Identity,
        url: str,
        name: str | None = None,
        *,
        pages: int = PAGES,
        depth: int = DEPTH,
        every_hours: int | None = None,
    ) -> Character:
        """A draft that answers from a whole site, named after it; the site is read on behind the editor.

        A site of which nothing can be read (its start fails, or robots.txt forbids it) leaves no draft.
        """
        may_make(identity)
        url = whole(url)
        page = await self._fetcher.get(url, max_bytes=PAGE_BYTES, accept="text/html, */*;q=0.5")
        title = title_of_page(page)
        character = await self._characters.create(identity, drafts.from_passages(title, [], name))
        try:
            site = await self._knowledge.add_site(
                character.id, url, pages=pages, depth=depth, every_hours=every_hours
            )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._patience):
                    site = await self._knowledge.wait_site(site.id)
            if site.state == "failed":
                sentence = site.error_sentence or "No page of this site could be read."
                raise Unreadable(sentence, **site.error_params)
        except BaseException:
            await self._knowledge.forget(character.id)
            await self._characters.delete(identity, character.slug)
            raise
        passages: list[Passage] = []
        for source in (await self._knowledge.sources(character.id))[:8]:
            passages += await self._read_passages(character.id, source)
        if not passages:
            return character
        return await self._drawn(identity, character, drafts.from_passages(title, passages, name), passages)

    async def from_card(self, identity: Identity, filename: str, data: bytes) -> tuple[Character, CardReport]:
        """A draft from a character card, with what was mapped, kept and not mapped."""
        may_make(identity)
        character, report = await self._characters.import_card(identity, data, safe_name(filename))
        await self._reports.keep(character.id, report)
        return character, report

    async def from_upload(
        self, identity: Identity, filename: str, data: bytes, name: str | None = None
    ) -> Draft:
        """A card when its name ends like one, a document otherwise.

        A picture without a card in it is a document too, where letters in pictures are read.
        """
        if filename.lower().endswith(CARD_ENDINGS):
            try:
                character, report = await self.from_card(identity, filename, data)
                return Draft(character, report)
            except Unreadable:
                if not (filename.lower().endswith(PICTURES) and reads_pictures()):
                    raise
        return Draft(await self.from_file(identity, filename, data, name))

    async def new(self, identity: Identity, what: str, name: str | None = None) -> Draft:
        """A draft from what a person typed after `madang new`: an address, a file's path or a sentence."""
        what = what.strip()
        if what.lower().startswith(("http://", "https://")):
            return Draft(await self.from_url(identity, what, name))
        path = _path(what)
        if path is None:
            return Draft(await self.from_text(identity, what, name))
        data = await asyncio.to_thread(_read, path)
        return await self.from_upload(identity, path.name, data, name)

    async def drawn_again(self, identity: Identity, slug: str, name: str | None = None) -> Character:
        """The draft once more, from all that it knows by now: for one just made of several sources.

        What its maker changed in it would be lost.
        """
        character = await self.own(identity, slug)
        sources = (await self._knowledge.sources(character.id))[:24]
        passages = [one for source in sources for one in await self._read_passages(character.id, source)]
        title = signs.house_among([source.title for source in sources]) or character.draft.name
        passages = drafts.spread(passages)
        await self._drawn(identity, character, drafts.from_passages(title, passages, name), passages)
        return await self._characters.name_address(identity, character.id)

    # --- one's own characters --------------------------------------------------------------------------

    async def own(self, identity: Identity, slug: str) -> Character:
        """The character with its draft, for the one who makes it. Raises NotFound or Forbidden."""
        return await own(self._characters, identity, slug)

    async def report(self, identity: Identity, slug: str) -> CardReport | None:
        """What the import of its card did, until its maker puts the report away."""
        return await self._reports.of((await self.own(identity, slug)).id)

    async def put_report_away(self, identity: Identity, slug: str) -> None:
        await self._reports.put_away((await self.own(identity, slug)).id)

    async def mine(self, identity: Identity) -> list[Character]:
        may_make(identity)
        return await self._characters.mine(identity)

    async def save(
        self, identity: Identity, slug: str, profile: Profile, *, seen: datetime | None = None
    ) -> Character:
        """Raises Conflict when it was changed since `seen`; then nothing is saved."""
        return await self._characters.edit(identity, slug, profile, seen=seen)

    async def publish(
        self, identity: Identity, slug: str, *, note: str = "", visibility: Visibility | None = None
    ) -> Character:
        """Raises Conflict while its checks gate it and one of them fails or was not asked of this draft, and
        Forbidden when the draft breaks a rule of the studio's owner."""
        seen = None
        if self._safety is not None:
            own = await self.own(identity, slug)
            seen = own.updated_at
            for finding in await self._safety.findings(own.draft.model_dump(mode="json")):
                raise Forbidden(
                    "The rules of this studio do not allow “{found}” (in {field}). "
                    "Change it, or ask the studio's owner.",
                    found=finding.found,
                    field=finding.field,
                )
        character = await self._characters.publish(
            identity, slug, note=note, visibility=visibility, seen=seen
        )
        self._conversations.prepare(character)
        return character

    async def readdress(self, identity: Identity, slug: str, wanted: str) -> Character:
        """Gives it another address; the one it had leads to it. Raises BadInput and Conflict."""
        await self.own(identity, slug)
        return await self._characters.readdress(identity, slug, wanted)

    async def unpublish(self, identity: Identity, slug: str) -> Character:
        return await self._characters.unpublish(identity, slug)

    async def delete(self, identity: Identity, slug: str) -> Character:
        """The character, its sources and everyone's conversations with it. Gives what it was."""
        last = await self._characters.delete(identity, (await self.own(identity, slug)).slug)
        await self._knowledge.forget(last.id)
        await self._conversations.forget(last.id)
        await self._reports.put_away(last.id)
        return last

    async def duplicate(self, identity: Identity, slug: str) -> Character:
        """A draft like it, with what it knows and with its checks; conversations stay where they are."""
        character = await self.own(identity, slug)
        made = await self._characters.duplicate(identity, character.slug)
        for source in await self._knowledge.sources(character.id):
            await self._knowledge.copy(source.id, made.id)
        return made

    async def archive(self, identity: Identity, slug: str, on: bool = True) -> Character:
        """Puts it away whole, or brings it back."""
        await self.own(identity, slug)
        return await self._characters.archive(identity, slug, on)

    async def set_visibility(self, identity: Identity, slug: str, visibility: Visibility) -> Character:
        await self.own(identity, slug)
        return await self._characters.set_visibility(identity, slug, visibility)

    async def set_gate(self, identity: Identity, slug: str, on: bool) -> Character:
        """Whether its checks gate publication."""
        await self.own(identity, slug)
        return await self._characters.set_gate(identity, slug, on)

    @property
    def wrong(self) -> float | None:
        """Share of the answers that may be wrong, where a maker chose none; None for the usual one."""
        return self._careful.wrong if self._careful is not None else None

    def studio_wrong(self, identity: Identity) -> tuple[float | None, float | None]:
        """(what the owner chose for the studio, what its settings say), None for nothing. Raises Forbidden
        for others."""
        careful = self._of_the_owner(identity)
        return careful.chosen, careful.setting

    def set_studio_wrong(self, identity: Identity, wrong: float | None) -> None:
        """For every character whose maker chose nothing; None leaves it to the settings. Raises BadInput, and
        Forbidden for everybody but the owner."""
        self._of_the_owner(identity).choose(wrong)

    def _of_the_owner(self, identity: Identity) -> Careful:
        if identity.kind != "owner" or not identity.may("manage") or self._careful is None:
            raise Forbidden("Only the studio's owner can choose this.")
        return self._careful

    async def set_wrong(self, identity: Identity, slug: str, wrong: float | None) -> Character:
        """How large a share of its answers may be wrong; None leaves it to the studio. Raises BadInput."""
        await self.own(identity, slug)
        return await self._characters.set_wrong(identity, slug, wrong)

    async def versions(self, identity: Identity, slug: str) -> list[Version]:
        """What visitors met from one publication to the next, newest first."""
        await self.own(identity, slug)
        return await self._characters.versions(identity, slug)

    async def compared(self, identity: Identity, slug: str, number: int, against: str) -> Compared:
        """Version `number` (0: the draft) beside the version before it, or with `draft` beside the draft.

        Raises NotFound for a number that is no version.
        """
        character = await self.own(identity, slug)
        versions = await self._characters.versions(identity, slug)
        by_number = {version.number: version for version in versions}
        if number and number not in by_number:
            raise NotFound("There is no version {number} of this character.", number=number)
        if number and against == "draft":
            changed = await asyncio.to_thread(changes, by_number[number].profile, character.draft)
            return Compared(number, 0, changed, by_number[number])
        before = next((one for one in versions if not number or one.number < number), None)
        profile = by_number[number].profile if number else character.draft
        if before is None:
            return Compared(number, None, [], by_number.get(number))
        changed = await asyncio.to_thread(changes, before.profile, profile)
        return Compared(number, before.number, changed, by_number.get(number))

    async def restore(self, identity: Identity, slug: str, number: int) -> Character:
        """Makes a version the draft again; what visitors meet stays until it is published."""
        await self.own(identity, slug)
        return await self._characters.restore(identity, slug, number)

    async def import_lorebook(
        self, identity: Identity, slug: str, data: bytes
    ) -> tuple[Character, CardReport]:
        """Gives the draft the lorebook of a file, in place of its own. Raises Unreadable or TooLarge."""
        await self.own(identity, slug)
        return await self._characters.import_lorebook(identity, slug, data)

    async def set_avatar(self, identity: Identity, slug: str, data: bytes | None) -> Character:
        return await self._characters.set_avatar(identity, slug, data)

    async def export_card(
        self, identity: Identity, slug: str, kind: Literal["png", "json", "charx"]
    ) -> tuple[bytes, CardReport]:
        return await self._characters.export_card(identity, slug, kind)

    # --- what it knows ---------------------------------------------------------------------------------

    async def sources(self, identity: Identity, slug: str, *, of_sites: bool = True) -> list[Source]:
        """Without `of_sites` not the pages of its sites, which may be thousands."""
        character = await self.own(identity, slug)
        return await self._knowledge.sources(character.id, of_sites=of_sites)

    async def source(self, identity: Identity, slug: str, source_id: str) -> Source:
        return await self._knowledge.source((await self.own(identity, slug)).id, source_id)

    async def looked_up(self, identity: Identity, slug: str, question: str) -> Looked:
        """What the draft finds for `question` and why, by the path of a conversation, and what it replies.

        Raises BadInput for an empty or endless question, and what a reply may raise.
        """
        character = await self.own(identity, slug)
        question = question.strip()
        if not question:
            raise BadInput("Type a question first.")
        if len(question) > LONGEST_QUESTION:
            raise BadInput("A question may have {most} characters.", most=LONGEST_QUESTION)
        explained = await self._knowledge.explained(character.id, question)
        threshold = threshold_for(character.wrong or self.wrong, explained.evidence.by)
        reply = await self.checking.reply(identity, character, question)
        return looked(explained, threshold, reply)

    async def add_file(self, identity: Identity, slug: str, filename: str, data: bytes) -> Source:
        character = await self.own(identity, slug)
        return await self._knowledge.add_file(character.id, safe_name(filename), data)

    async def add_url(self, identity: Identity, slug: str, url: str) -> Source:
        return await self._knowledge.add_url((await self.own(identity, slug)).id, whole(url))

    async def add_text(self, identity: Identity, slug: str, title: str, text: str) -> Source:
        character = await self.own(identity, slug)
        if not text.strip():
            raise BadInput("There is nothing written yet.")
        if len(text) > LONGEST_TYPED:
            raise TooLarge("A typed text has at most {count} characters.", count=LONGEST_TYPED)
        chosen = naming.cut(title.strip() or text.strip().splitlines()[0], 100)
        taken = {source.title for source in await self._knowledge.sources(character.id)}
        # the same title would mean the same source: a second note must not replace the first
        free = (name for name in (chosen, *(f"{chosen} ({n})" for n in range(2, 999))) if name not in taken)
        return await self._knowledge.add_text(character.id, next(free), text)

    async def pairs(self, identity: Identity, slug: str) -> list[tuple[str, str]]:
        """The questions with their answers that its maker typed."""
        return await self._knowledge.pairs((await self.own(identity, slug)).id)

    async def put_pairs(self, identity: Identity, slug: str, told: list[tuple[str, str]]) -> Source | None:
        """Keeps them in place of those that were there; without any, the list is forgotten."""
        character = await self.own(identity, slug)
        title = PAIRS[character.draft.language]
        return await self._knowledge.put_pairs(character.id, title, told)

    async def refresh(self, identity: Identity, slug: str, source_id: str) -> Source:
        source = await self.source(identity, slug, source_id)
        return await self._knowledge.refresh(source.id)

    async def remove(self, identity: Identity, slug: str, source_id: str) -> None:
        """Raises BadInput for the approved answers: what was put right must not come back with one press."""
        source = await self.source(identity, slug, source_id)
        if source.origin == answers.ORIGIN:
            raise BadInput("Approved answers are taken back one by one, under Inbox.")
        await self._knowledge.remove(source.id)

    async def share(self, identity: Identity, slug: str, source_id: str, on: bool) -> Source:
        """Let visitors leaf through its original and take it along, beyond the page that is cited; or not."""
        return await self._knowledge.share((await self.own(identity, slug)).id, source_id, on)

    async def synonyms(self, identity: Identity, slug: str) -> list[list[str]]:
        """Groups of words that mean the same in this business."""
        return await self._knowledge.synonyms((await self.own(identity, slug)).id)

    async def set_synonyms(self, identity: Identity, slug: str, groups: list[list[str]]) -> list[list[str]]:
        """Puts these groups in place of those there were. Raises BadInput for too many or too long ones."""
        return await self._knowledge.set_synonyms((await self.own(identity, slug)).id, groups)

    async def suspicious(self, identity: Identity, slug: str) -> dict[str, list[str]]:
        """By source id, what in it speaks to an AI: it is neither quoted nor shown to a model."""
        return await self._knowledge.suspicious((await self.own(identity, slug)).id)

    async def suggestions(self, identity: Identity, slug: str) -> list[str]:
        """Starters that its sources answer and that it does not have yet. They are offered, never put in."""
        character = await self.own(identity, slug)
        passages: list[Passage] = []
        for source in (await self._knowledge.sources(character.id))[:8]:
            passages += await self._read_passages(character.id, source)
        return await self._openers.of(
            character,
            passages,
            character.draft.name,
            wrong=character.wrong or self.wrong,
            without=character.draft.starters,
            seconds=AT_ONCE,
        )

    async def name_found(self, identity: Identity, slug: str) -> str | None:
        """What the pages that it knows call the business, if not as its draft does; to be offered."""
        character = await self.own(identity, slug)
        sources = await self._knowledge.sources(character.id)
        pages = [one.title for one in sources if one.url or "html" in one.media_type]
        found = signs.house_told(pages) if character.draft.kind == "business" else None
        return found if found and found != character.draft.name else None

    # --- inside ----------------------------------------------------------------------------------------

    async def _from_source(
        self,
        identity: Identity,
        title: str,
        name: str | None,
        add: Callable[[str], Awaitable[Source]],
        *,
        titled: bool = False,
    ) -> Character:
        """A draft, then its source. A source that cannot be read takes the draft with it."""
        character = await self._characters.create(identity, drafts.from_passages(title, [], name))
        source_id = None
        try:
            source = await add(character.id)
            source_id = source.id
            source = await self._read_for_a_while(source)
            if source.state == "failed":
                sentence = source.error_sentence or source.error or "This file cannot be read."
                raise Unreadable(sentence, **source.error_params)
        except BaseException:
            if source_id is not None:
                await self._knowledge.remove(source_id)
            await self._characters.delete(identity, character.slug)
            raise
        passages = await self._read_passages(character.id, source)
        if not passages:
            return character
        found = title if titled else drafts.title_of_source(source, passages) or title
        with contextlib.suppress(TimeoutError):  # what it answers is known better by meaning
            async with asyncio.timeout(self._patience / 2):
                await self._knowledge.wait(source.id, until="ready")
        await self._drawn(identity, character, drafts.from_passages(found, passages, name), passages)
        return await self._characters.name_address(identity, character.id)

    async def _drawn(
        self, identity: Identity, character: Character, profile: Profile, passages: list[Passage]
    ) -> Character:
        """The draft as `profile` has it, with questions to begin with that its sources answer."""
        drawn = await self._characters.edit(identity, character.slug, await self._polished(profile))
        starters = await self._openers.of(drawn, passages, profile.name, wrong=drawn.wrong or self.wrong)
        if not starters:
            return drawn
        profile = drawn.draft.model_copy(update={"starters": starters})
        return await self._characters.edit(identity, character.slug, profile)

    async def _read_for_a_while(self, source: Source) -> Source:
        try:
            async with asyncio.timeout(self._patience):
                return await self._knowledge.wait(source.id, until="words")
        except TimeoutError:
            return source

    async def _read_passages(self, character_id: str, source: Source) -> list[Passage]:
        if source.state not in ("words", "ready"):
            return []
        return await self._knowledge.passages(character_id, source.id)

    async def _polished(self, profile: Profile) -> Profile:
        greeting = await polish.greeting(self._models, profile)
        return profile.model_copy(update={"greeting": greeting}) if greeting else profile


def _path(what: str) -> Path | None:
    """The file that `what` names, None for a sentence. Raises NotFound for what only looks like a path."""
    if "\n" in what or len(what) > 1_000:
        return None
    path = Path(what).expanduser()
    try:
        if path.is_file():
            return path
    except (OSError, ValueError):
        return None
    ending = path.suffix.lower()
    if " " not in what and ("/" in what or (1 < len(ending) <= 6 and ending[1:].isalnum())):
        raise NotFound("There is no file {path}.", path=what)
    return None


def _read(path: Path, limit: int = 64 * 2**20) -> bytes:
    if path.stat().st_size > limit:
        raise TooLarge("This file is larger than {limit} MB.", limit=limit // 2**20)
    return path.read_bytes()
