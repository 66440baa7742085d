"""Questions that ask the same, brought together. The same questions always make the same groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from madang.characters.types import Character
from madang.chat.desk.types import Kind, Question, State
from madang.inbox.correcting import quotations
from madang.inbox.following import Followed
from madang.inbox.types import About, Asked, Group
from madang.knowledge.same import Meant, about_the_same, meant, same, word_for_word

NEAR = 0.9
"""Cosine from which questions of one language whose words agree stand together."""
ACROSS, TRANSLATED = 0.865, 0.8
"""Cosines from which questions in two languages do, and those that say the same word for word. Measured by
`benchmarks.same_question`: "with nuts" lies as near to "with milk" as two wordings of one question do, so few
pairs are certain enough, and most stay apart."""


def groups(
    found: Iterable[tuple[Kind, Question]], state: State, follow: Mapping[str, Followed] | None = None
) -> list[Group]:
    """Groups, asked most often first, of these the newest. A turn found as both kinds counts once.

    `follow`: by turn id, what messages followed; they are compared as they stand alone.
    """
    follow = follow or {}
    kinds: dict[str, set[Kind]] = defaultdict(set)
    together: dict[str, dict[str, Question]] = defaultdict(dict)
    for kind, question in found:
        kinds[question.turn.id].add(kind)
        together[_id(question, follow)].setdefault(question.turn.id, question)
    made = [
        _group(id_, list(questions.values()), kinds, state, follow) for id_, questions in together.items()
    ]
    return sorted(made, key=lambda group: (-group.times, -group.last.timestamp(), group.id))


def clustered(found: list[Group], vectors: NDArray[np.float32] | None) -> list[Group]:
    """Groups whose questions mean the same, together: the one that was asked first keeps its id, and each
    later one joins the nearest, so that a question that comes does not move those that are there.

    `vectors` are unit vectors of the groups' questions, in order; without them every group stays alone.
    They must ask for the same kind of thing; within a language the words must be about the same too.
    """
    if vectors is None or len(found) < 2:
        return found
    order = sorted(range(len(found)), key=lambda at: (found[at].asked[-1].when, found[at].id))
    leaders: list[int] = []
    members: dict[int, list[int]] = {}
    for at in order:
        near = [
            (float(vectors[at] @ vectors[other]), -place)
            for place, other in enumerate(leaders)
            if _may_join(found[at], found[other], float(vectors[at] @ vectors[other]))
        ]
        if near:
            members[leaders[-max(near)[1]]].append(at)
        else:
            leaders.append(at)
            members[at] = [at]
    made = [_together([found[at] for at in members[leader]], vectors[members[leader]]) for leader in leaders]
    return sorted(made, key=lambda group: (-group.times, -group.last.timestamp(), group.id))


def _may_join(one: Group, other: Group, cosine: float) -> bool:
    if one.character.id != other.character.id:
        return False
    if not ask_the_same(meant(one.question), meant(other.question), cosine):
        return False
    # "3명이면?" after two different things is two questions, however near they lie
    before, theirs = meant(one.typical.before), meant(other.typical.before)
    return not (before.plain and theirs.plain) or same(before, theirs) or about_the_same(before, theirs)


def ask_the_same(asks: Meant, theirs: Meant, cosine: float) -> bool:
    """Whether one answer is likely to do for both; `cosine` is that of their vectors."""
    if asks.kind != theirs.kind:
        return False
    if asks.language != theirs.language:
        return cosine >= ACROSS or (cosine >= TRANSLATED and word_for_word(asks, theirs))
    return cosine >= NEAR and about_the_same(asks, theirs)


def _together(groups_: list[Group], vectors: NDArray[np.float32]) -> Group:
    """One group of several, with the id of the first; the question nearest to all askings is the typical."""
    first = groups_[0]
    if len(groups_) == 1:
        return first
    often = np.array([group.times for group in groups_], np.float32)
    typical = groups_[int(np.argmax((vectors @ vectors.T) @ often))]
    asked = sorted((one for group in groups_ for one in group.asked), key=lambda one: (one.when, one.turn_id))
    languages: Counter[str] = Counter()
    for group in groups_:
        languages.update(group.languages)
    return first.model_copy(
        update={
            "question": typical.question,
            "language": typical.language,
            "languages": dict(sorted(languages.items())),
            "asked": asked[::-1],
            "unanswered": any(group.unanswered for group in groups_),
            "disliked": any(group.disliked for group in groups_),
        }
    )


def about(character: Character) -> About:
    profile = character.profile
    return About(
        id=character.id,
        slug=character.slug,
        name=profile.name,
        avatar=character.avatar,
        language=profile.language,
    )


def _alone(question: Question, follow: Mapping[str, Followed]) -> str:
    known = follow.get(question.turn.id)
    return known.asks if known is not None else question.turn.message.strip()


def _id(question: Question, follow: Mapping[str, Followed]) -> str:
    key = f"{question.character.id}\n{meant(_alone(question, follow)).key}"
    return f"qst_{sha256(key.encode()).hexdigest()[:20]}"


def _group(
    id_: str,
    questions: list[Question],
    kinds: dict[str, set[Kind]],
    state: State,
    follow: Mapping[str, Followed],
) -> Group:
    newest = sorted(questions, key=lambda one: (one.when, one.turn.id), reverse=True)
    often = Counter(_alone(one, follow) for one in newest)  # ties: the one counted first, the newest
    seen = {kind for one in questions for kind in kinds[one.turn.id]}
    return Group(
        id=id_,
        character=about(newest[0].character),
        question=often.most_common(1)[0][0],
        language=newest[0].turn.language,
        languages={newest[0].turn.language: len(newest)},
        asked=[
            Asked(
                turn_id=one.turn.id,
                conversation_id=one.conversation_id,
                message=one.turn.message.strip(),
                asks=_alone(one, follow) if one.turn.id in follow else "",
                before=follow[one.turn.id].before if one.turn.id in follow else "",
                language=one.turn.language,
                reply=one.reply.text,
                quotes=quotations(one.reply),
                thumb=one.reply.thumb,
                why=one.reply.thumb_why,
                when=one.when,
            )
            for one in newest
        ],
        unanswered="unanswered" in seen,
        disliked="disliked" in seen,
        state=state,
    )
