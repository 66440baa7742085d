"""A character's sources are its maker's: nobody else lists, adds, refreshes or removes them."""

from __future__ import annotations

import pytest

from madang.authoring.access import Authoring
from madang.kernel.errors import BadInput, Forbidden, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from tests.authoring.conftest import CHAT_KEY, MAKER, OTHER, OWNER, VISITOR
from tests.authoring.fakes import FakeConversations, FakeKnowledge


async def test_the_maker_adds_and_removes(
    authoring: Authoring, knowledge: FakeKnowledge, conversations: FakeConversations
) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    typed = await authoring.add_text(MAKER, made.slug, "", "Open daily\n# Hours\nFrom nine.")
    assert typed.title == "Open daily"
    await authoring.add_file(MAKER, made.slug, "../rules.txt", b"# Rules\nBe kind.")
    await authoring.add_url(MAKER, made.slug, " https://inn.example/ ")
    assert [s.origin for s in await authoring.sources(MAKER, made.slug)] == [
        "typed",
        "rules.txt",
        "https://inn.example/",
    ]
    assert await authoring.suggestions(MAKER, made.slug) == [
        "When are you open?",
        "What should I know about Rules?",
        "What should I know about Rooms?",
    ]
    await authoring.remove(MAKER, made.slug, typed.id)
    assert len(knowledge.all) == 2
    with pytest.raises(BadInput):
        await authoring.add_text(MAKER, made.slug, "x", "  ")
    await authoring.delete(MAKER, made.slug)
    assert knowledge.all == {}
    assert conversations.forgotten == [made.id]


async def test_a_source_is_reached_only_through_its_own_character(authoring: Authoring) -> None:
    first = await authoring.from_text(MAKER, "A guide called Ada")
    second = await authoring.from_text(MAKER, "A guide called Bee")
    source = await authoring.add_text(MAKER, first.slug, "t", "secret")
    for call in (
        authoring.source(MAKER, second.slug, source.id),
        authoring.refresh(MAKER, second.slug, source.id),
        authoring.remove(MAKER, second.slug, source.id),
    ):
        with pytest.raises(NotFound):
            await call


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize(
    ("who", "hidden", "shown"),
    [
        (VISITOR, SignInNeeded, SignInNeeded),
        (CHAT_KEY, Forbidden, Forbidden),
        (OTHER, NotFound, Forbidden),
        (OWNER, Forbidden, Forbidden),
    ],
)
async def test_nobody_else_gets_in(
    authoring: Authoring, who: Identity, hidden: type[Exception], shown: type[Exception], published: bool
) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    source = await authoring.add_text(MAKER, made.slug, "t", "secret")
    if published:
        await authoring.publish(MAKER, made.slug)
    error = shown if published else hidden
    for call in (
        authoring.own(who, made.slug),
        authoring.sources(who, made.slug),
        authoring.source(who, made.slug, source.id),
        authoring.add_text(who, made.slug, "t", "mine"),
        authoring.add_file(who, made.slug, "t.txt", b"mine"),
        authoring.add_url(who, made.slug, "https://a.example"),
        authoring.refresh(who, made.slug, source.id),
        authoring.remove(who, made.slug, source.id),
        authoring.suggestions(who, made.slug),
        authoring.delete(who, made.slug),
    ):
        with pytest.raises(error):
            await call
    assert len(await authoring.sources(MAKER, made.slug)) == 1
