"""The trace of a turn: its steps, with no word of what was said; and nothing at all when it is off."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from madang.characters.types import Profile
from madang.chat import route
from madang.kernel.errors import BadInput
from madang.kernel.traces import NONE, Traces
from madang.models.types import ModelCard
from tests.app.stage import ListedModels, stage
from tests.fakes.models import FakeChat

WORDS = ("xyzzy", "Paradise", "Haru", "lantern")


async def test_a_turn_is_traced_without_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "answered", lambda scene, evidence: True)
    exporter = InMemorySpanExporter()
    chat = FakeChat(
        "The xyzzy lantern costs nine euros [1].", card=ModelCard("able", "chat", strategy="cite")
    )
    async with stage(tmp_path / "data", models=ListedModels(chat)) as made:
        made.studio.chat._turns.traces = traces = Traces(exporter=exporter)
        me = await made.studio.accounts.owner()
        character = await made.studio.characters.create(me, Profile(name="Haru", greeting="Hello."))
        text = "The xyzzy lantern costs nine euros. Paradise is closed on Mondays."
        source = await made.studio.knowledge.add_text(character.id, "Lantern", text)
        await made.studio.knowledge.wait(source.id, "ready", seconds=20)
        await made.studio.characters.publish(me, character.slug)
        conversation = await made.studio.chat.start(me, character.slug)
        said = made.studio.chat.say(me, conversation.id, "Is Paradise closed on Mondays?")
        replies = [event.reply async for event in said]
        assert replies[-1] is not None and replies[-1].strategy == "cite", replies[-1]
        await traces.close()
    spans = exporter.get_finished_spans()
    names = {span.name for span in spans}
    assert {"turn", "accept", "retrieve", "choose strategy", "generate", "verify", "store"} <= names
    (root,) = [span for span in spans if span.name == "turn"]
    assert all(
        span.parent and span.parent.span_id == root.context.span_id for span in spans if span is not root
    )
    assert root.attributes["state"] == "done" and root.attributes["model"] == "able"
    told = " ".join(span.to_json() for span in spans)
    assert not [word for word in WORDS if word in told]


async def test_off_costs_nothing_and_loads_nothing() -> None:
    traces = Traces()
    assert not traces.on and traces.begin("turn", channel="page") is NONE
    with NONE.span("accept"):
        pass
    NONE.end(state="done")
    await traces.close()


def test_where_they_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="OTLP"):
        Traces("file:///etc/passwd")
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    with pytest.raises(BadInput, match="extra"):
        Traces("console")
