"""A character, as everything above this room sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Language = Literal["en", "ko"]
Visibility = Literal["private", "unlisted", "public"]
"""Who meets a published character: its maker alone; whoever holds a link that was not revoked; everybody."""
Rating = Literal["everyone", "teen", "adult"]
"""From no age, from 13 and from 18 on."""
EXCERPT = 600
"""Characters of a persona or greeting that discovery gets."""
DEEPEST = 100
"""How deep the data of other programs (`extensions`) may be nested: what is kept must be written again."""
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def writable(value: Any, depth: int = 0) -> Any:
    """`value` (plain JSON) with U+FFFD for lone surrogates and NUL, which not every file and database holds.

    Raises ValueError for what is nested too deeply.
    """
    if isinstance(value, str):
        return _UNWRITABLE.sub("\ufffd", value) if _odd(value) else value
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {writable(key): writable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [writable(item, depth + 1) for item in value]
    return value


def _odd(value: str) -> bool:
    """Whether there is something to replace: ten times as fast as searching for it."""
    if "\0" in value:
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


class _Kept(BaseModel):
    """Whoever brings it (JSON, a form, a card): once kept, every list that holds it must open."""

    @model_validator(mode="before")
    @classmethod
    def _writable(cls, values: Any) -> Any:
        return writable(values)


class Line(_Kept):
    """One message of an example exchange."""

    speaker: Literal["visitor", "character"]
    text: str = Field(max_length=8_000)


class LoreEntry(BaseModel):
    """An entry of a lorebook, after its decorators were read (semantics: Character Card V3)."""

    model_config = ConfigDict(extra="allow")

    keys: list[str] = Field(default_factory=list)
    content: str = ""
    enabled: bool = True
    insertion_order: float = 0
    constant: bool = False
    selective: bool = False
    secondary_keys: list[str] = Field(default_factory=list)
    case_sensitive: bool | None = None
    use_regex: bool = False
    priority: float | None = None
    position: str | None = None
    name: str = ""
    extensions: dict[str, Any] = Field(default_factory=dict)


class Lorebook(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: str = ""
    description: str = ""
    scan_depth: int | None = None
    token_budget: int | None = None
    recursive_scanning: bool = False
    entries: list[LoreEntry] = Field(default_factory=list)
    extensions: dict[str, Any] = Field(default_factory=dict)


class Profile(_Kept):
    """What its maker writes and a conversation is made from. Texts may hold `{{char}}` and `{{user}}`."""

    name: str = Field(min_length=1, max_length=120)
    tagline: str = Field("", max_length=300)
    """One line for the gallery."""
    kind: Literal["character", "business", "guide"] = "character"
    language: Language = "en"
    greeting: str = Field("", max_length=20_000)
    alternate_greetings: list[str] = Field(default_factory=list, max_length=64)
    persona: str = Field("", max_length=200_000)
    """Who the character is; the card's `description`."""
    personality: str = Field("", max_length=50_000)
    scenario: str = Field("", max_length=50_000)
    examples: list[list[Line]] = Field(default_factory=list, max_length=200)
    """Example exchanges; the card's `mes_example`."""
    system_prompt: str = Field("", max_length=50_000)
    post_history_instructions: str = Field("", max_length=50_000)
    nickname: str = Field("", max_length=120)
    tags: list[str] = Field(default_factory=list, max_length=200)
    creator: str = Field("", max_length=300)
    creator_notes: str = Field("", max_length=50_000)
    character_version: str = Field("", max_length=120)
    lorebook: Lorebook | None = None
    adapter: str = Field("", max_length=40)
    """Name of an adapter that the studio's owner registered: the model as it was trained further."""
    starters: list[str] = Field(default_factory=list, max_length=12)
    """Questions offered to a visitor who does not know what to ask."""
    rating: Rating = "everyone"
    licence: str = Field("", max_length=200)
    """An SPDX identifier, or words of its maker's; empty says nothing."""
    remixable: bool = True
    """Whether other makers of a studio may begin a character of their own from it."""

    @property
    def called(self) -> str:
        """What `{{char}}` stands for."""
        return self.nickname or self.name


class Ancestor(BaseModel):
    """What a character was remixed from, as it was then: it stays when the ancestor is deleted."""

    id: str
    slug: str
    name: str
    creator: str = ""
    version: int = 0
    licence: str = ""
    studio: str = ""
    """Identity (`did:web:…`) of the studio it came from; empty for this one."""


class Version(BaseModel):
    """What visitors met from one publication to the next. Numbers begin with 1."""

    number: int
    profile: Profile
    avatar: str | None = None
    note: str = ""
    """What its maker said of it."""
    created_at: datetime


class Character(BaseModel):
    """A character as a given identity may see it.

    `draft` is what its maker edits; `published` is what visitors meet, None until published.
    """

    id: str
    slug: str
    owner_id: str
    draft: Profile
    published: Profile | None = None
    avatar: str | None = None
    """Content hash of a picture; None means the mask drawn from the id."""
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    version: int = 0
    """Number of the newest published version; 0 before the first."""
    visibility: Visibility = "public"
    """Where it is found while it is published."""
    archived_at: datetime | None = None
    """Put away by its maker: kept whole, met by nobody."""
    hidden_at: datetime | None = None
    """When the studio's owner hid it: met by nobody but its maker and the owner."""
    hidden_why: str = ""
    ancestors: list[Ancestor] = Field(default_factory=list)
    """What it was remixed from, nearest first."""
    gated: bool = False
    """Publishing is refused while one of its checks fails."""
    wrong: float | None = Field(None, exclude=True)
    """Share of its answers that may be wrong, as its maker chose; None leaves it to the studio."""

    @property
    def met(self) -> bool:
        """Whether visitors can meet it at all; where they find it, `visibility` says."""
        return self.published is not None and self.archived_at is None and self.hidden_at is None

    @property
    def profile(self) -> Profile:
        """What a visitor meets; the draft while nothing is published."""
        return self.published or self.draft


@dataclass(frozen=True, slots=True)
class Listed:
    """What discovery knows of a character, as its listing was at `changed_at`. A plain record, not a model:
    an index takes in tens of thousands at a time.

    Not `shown`: take it out; then only `id` and `changed_at` say something.
    """

    id: str
    changed_at: datetime
    """Different for every change, and later than that of every change committed before."""
    shown: bool
    slug: str = ""
    owner_id: str = ""
    name: str = ""
    tagline: str = ""
    persona: str = ""
    """The beginning of it, at most `EXCERPT` characters, as its maker wrote it (with `{{char}}`)."""
    greeting: str = ""
    """The same of the greeting."""
    tags: tuple[str, ...] = ()
    kind: str = "character"
    language: str = "en"
    rating: Rating = "everyone"
    creator: str = ""
    licence: str = ""
    remixable: bool = True
    avatar: str | None = None
    version: int = 0
    published_at: datetime | None = None
    ancestors: tuple[Ancestor, ...] = ()


class Refused(BaseModel):
    """A file of a batch that became no character, and why: a msgid with its parameters."""

    file: str
    sentence: str
    params: dict[str, str] = Field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence.format(**self.params) if self.params else self.sentence


class ImportSummary(BaseModel):
    """What became of every file of a batch: `files == made + skipped + len(refused)`."""

    files: int = 0
    made: int = 0
    published: int = 0
    """Of those made. What has neither a greeting nor a persona stays a draft, and `drafts` names it."""
    skipped: int = 0
    """Files that this maker had imported before, byte for byte, and whose character is still there."""
    refused: list[Refused] = Field(default_factory=list)
    drafts: list[Refused] = Field(default_factory=list)
    """Made, but not published although that was asked for, and why."""
    unmapped: int = 0
    """Characters with something that this studio keeps but does not use."""
    lost: int = 0
    """Characters with something that could not be kept."""
    seconds: float = 0.0


class Unmapped(BaseModel):
    """One thing of a card that this studio (or the format exported to) cannot hold, and what became of it."""

    field: str
    reason: str
    kept: bool
    """True when it is kept and comes back on export."""


class Signature(BaseModel):
    """What a card says of the studio that signed it, and whether that holds."""

    state: Literal["none", "own", "known", "unknown", "broken"]
    """Not signed; by this studio; by a studio whose document was read and agrees; by a key that could not be
    asked for here (offline), though the card is unchanged since; the card was changed, or the key is
    another."""
    studio: str = ""
    """`did:web:…` as the card says."""
    key: str = ""
    """The public key, multibase."""
    signed_at: datetime | None = None


class CardReport(BaseModel):
    """What an import or export did."""

    spec: str
    mapped: list[str] = Field(default_factory=list)
    unmapped: list[Unmapped] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    signature: Signature | None = None
    """Who signed the card, and whether that holds; None where nobody did."""


class Link(BaseModel):
    """A revocable address under which an unlisted (or public) character is met: `/s/{token}`."""

    id: str
    label: str = ""
    token: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    opened: int = 0
    """How many visitors came through it."""


class Check(BaseModel):
    """A question with what its reply must be. An empty field asks for nothing."""

    id: str = ""
    question: str = Field(min_length=1, max_length=2_000)
    holds: list[str] = Field(default_factory=list, max_length=20)
    """Every one of these texts is in the reply (or in what it quotes)."""
    holds_not: list[str] = Field(default_factory=list, max_length=20)
    """None of these texts is in the reply."""
    cites: str = Field("", max_length=300)
    """A citation's source has this title, or its quotation holds this text."""
    declines: bool = False
    """The reply says that it does not know."""
    origin: Literal["maker", "suggested", "inbox"] = "maker"
    created_at: datetime | None = None


class CheckResult(BaseModel):
    """What became of one check in a run."""

    check_id: str
    question: str
    passed: bool
    reasons: list[str] = Field(default_factory=list)
    """One sentence a failed demand, as msgids to translate; filled with `params`."""
    params: list[dict[str, str]] = Field(default_factory=list)
    reply: str = ""
    basis: str = ""
    milliseconds: float = 0.0
    cited: list[dict[str, str]] = Field(default_factory=list)
    """`number`, `source`, `quote` and `url` of each citation of the reply."""


class CheckRun(BaseModel):
    """All checks of a character at one moment, against its draft as it was."""

    id: str
    character_id: str
    draft_at: datetime
    """`Character.updated_at` of the draft that was asked; another draft makes the run out of date."""
    results: list[CheckResult] = Field(default_factory=list)
    created_at: datetime

    @property
    def passed(self) -> int:
        return sum(result.passed for result in self.results)
