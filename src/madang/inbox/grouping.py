"""Questions that ask the same, brought together. The same questions always make the same groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from hashlib import sha256

from madang.characters.types import Character
from madang.chat.desk.types import Kind, Question, State
from madang.inbox.types import About, Asked, Group
from madang.knowledge.same import meant


def groups(found: Iterable[tuple[Kind, Question]], state: State) -> list[Group]:
    """Groups, asked most often first, of these the newest. A turn found as both kinds counts once."""
    kinds: dict[str, set[Kind]] = defaultdict(set)
    together: dict[str, dict[str, Question]] = defaultdict(dict)
    for kind, question in found:
        kinds[question.turn.id].add(kind)
        together[_id(question)].setdefault(question.turn.id, question)
    made = [_group(id_, list(questions.values()), kinds, state) for id_, questions in together.items()]
    return sorted(made, key=lambda group: (-group.times, -group.last.timestamp(), group.id))


def about(character: Character) -> About:
    profile = character.profile
    return About(
        id=character.id,
        slug=character.slug,
        name=profile.name,
        avatar=character.avatar,
        language=profile.language,
    )


def _id(question: Question) -> str:
    key = f"{question.character.id}\n{meant(question.turn.message).key}"
    return f"qst_{sha256(key.encode()).hexdigest()[:20]}"


def _group(id_: str, questions: list[Question], kinds: dict[str, set[Kind]], state: State) -> Group:
    newest = sorted(questions, key=lambda one: (one.when, one.turn.id), reverse=True)
    often = Counter(one.turn.message.strip() for one in newest)  # ties: the one counted first, the newest
    seen = {kind for one in questions for kind in kinds[one.turn.id]}
    return Group(
        id=id_,
        character=about(newest[0].character),
        question=often.most_common(1)[0][0],
        language=newest[0].turn.language,
        asked=[
            Asked(
                turn_id=one.turn.id,
                conversation_id=one.conversation_id,
                message=one.turn.message.strip(),
                reply=one.reply.text,
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
