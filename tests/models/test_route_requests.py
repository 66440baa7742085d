"""Which replica serves which request, and what goes between a studio and a cluster."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel.errors import BadInput, MadangError, ModelFailed
from madang.kernel.settings import Settings
from madang.models.cluster import address, protocol
from madang.models.cluster.joined import plan_of
from madang.models.cluster.link import Link
from madang.models.cluster.plan import Plan, layout, llama_options, version, vllm_app
from madang.models.cluster.routing import Tag, key_of, order, preferred
from madang.models.cluster.seats import Seat, forget, seats_folder
from madang.models.prefixes.store import PrefixStore
from madang.models.registry import Models
from madang.models.types import ChatRequest, Delta, Message, Usage

SEATS = ["10.0.0.1/0", "10.0.0.2/0", "10.0.0.3/0"]
KEYS = [f"key {number}" for number in range(3_000)]
PLAN = Plan("madang-test", "key", "smollm2-135m-instruct")


def request(**more: Any) -> ChatRequest:
    messages = [Message("system", "You sell bread."), Message("user", "What is there?")]
    return ChatRequest(messages, **more)


def test_a_character_has_one_seat_and_the_seats_share_them_evenly() -> None:
    firsts = [preferred(key, SEATS)[0] for key in KEYS]
    assert firsts == [preferred(key, SEATS[::-1])[0] for key in KEYS]
    assert all(850 < firsts.count(seat) < 1_150 for seat in SEATS)


def test_only_the_characters_of_a_seat_that_goes_move() -> None:
    before = {key: preferred(key, SEATS)[0] for key in KEYS}
    after = {key: preferred(key, SEATS[:2])[0] for key in KEYS}
    moved = [key for key in KEYS if before[key] != after[key]]
    assert {before[key] for key in moved} == {SEATS[2]}


def test_a_seat_much_busier_than_the_others_is_passed_over() -> None:
    tag, slots = Tag("a"), dict.fromkeys(SEATS, 4)
    first, second, third = preferred("a", SEATS)
    assert order(tag, SEATS, {}, slots)[0] == first
    assert order(tag, SEATS, {first: 3}, slots)[0] == first, "it has a free slot"
    assert order(tag, SEATS, {first: 7, second: 4, third: 4}, slots)[0] == first, "all are busy"
    assert order(tag, SEATS, {first: 8, second: 4, third: 4}, slots)[0] == second
    assert order(tag, SEATS, {first: 8, second: 8, third: 0}, slots) == [third, first, second]
    assert order(tag, [], {}, {}) == []


def test_who_was_lost_is_asked_last() -> None:
    first, second, third = preferred("a", SEATS)
    assert order(Tag("a", 0, (first,)), SEATS, {}, {}) == [second, third, first]
    assert order(Tag("a", 0, (first, second)), SEATS, {second: 0}, {})[0] == third
    assert order(Tag("a", 1), SEATS, {}, {}) == [second, third, first]
    assert order(Tag("a", 3), SEATS, {}, {})[0] == first
    assert order(Tag("a", 0, tuple(SEATS)), SEATS, {}, {}) == [first, second, third]


@given(st.text(), st.integers(0, 500), st.lists(st.text()))
def test_any_tag_is_read(key: str, attempt: int, avoided: list[str]) -> None:
    Tag.read(str(Tag(key, attempt, tuple(avoided))))
    plain = Tag("a1b2", attempt, ("10.0.0.1/0", "fe80::1/3"))
    assert Tag.read(str(plain)) == plain
    assert Tag.read(key).attempt >= 0


def test_a_key_is_of_the_character_and_its_beginning_and_tells_nothing() -> None:
    base = key_of(request(keep="baker", beginning=1))
    assert key_of(request(keep="baker", beginning=1, slot_hint="x", who="y", seed=1)) == base
    other = [
        request(keep="smith", beginning=1),
        request(keep="baker", beginning=0),
        request(keep="baker", beginning=2),
        request(slot_hint="baker"),
        request(),
    ]
    assert len({base, *map(key_of, other)}) == 6
    assert base.isalnum() and "bread" not in base
    assert key_of(request(slot_hint="one")) == key_of(ChatRequest([], slot_hint="one"))


def test_a_request_comes_over_whole() -> None:
    asked = request(
        max_tokens=7, temperature=0.1, top_p=0.5, seed=-3, stop=["x", "한"], grammar='root ::= "a"',
        slot_hint="s", min_p=0.2, repeat_penalty=1.1, beginning=1, keep="k", who="w", background=True,
    )  # fmt: skip
    assert protocol.request_of(protocol.document(asked)) == asked
    plain = request()
    again = protocol.request_of(protocol.document(plain))
    assert again.messages == plain.messages and again.seed is None and again.keep is None


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from([*ChatRequest.__dataclass_fields__, "text", "by", "usage", "error", "code"]),
        inner, max_size=4,
    ), max_leaves=12,
))  # fmt: skip
def test_anything_is_a_request_or_refused_and_a_line_or_lost(said: Any) -> None:
    raw = json.dumps(said).encode()
    with pytest.raises(BadInput):
        protocol.request_of(raw)
    try:
        line = protocol.read_line(raw)
        assert line.delta is None or isinstance(line.delta.text, str)
    except (protocol.Lost, MadangError):
        pass
    with pytest.raises(protocol.Lost):
        protocol.card_of(said)


def test_lines_come_over_whole() -> None:
    for delta in (
        Delta("a"), Delta("한\n"), Delta(waiting=3), Delta(served=True), Delta("\ud83d"),
        Delta(finish="stop", usage=Usage(5, 3, 2)), Delta("x", "length"),
    ):  # fmt: skip
        assert protocol.read_line(protocol.line_of_delta(delta)).delta == delta
    assert protocol.read_line(b"{}") == protocol.Line()
    assert protocol.read_line(b'{"by": "10.0.0.1/0"}').by == "10.0.0.1/0"
    assert protocol.read_line(b'{"by": "a\\nb"}').by is None


@pytest.mark.parametrize(
    "given", ["ray://10.0.0.5:10001", "ray://host.example:1", "ray://[fe80::1]:10001", "auto", " local "]
)
def test_addresses_that_are_some(given: str) -> None:
    assert address.checked(given) == given.strip()


@pytest.mark.parametrize(
    "given",
    ["", "ray://", "ray://host", "ray://host:0", "ray://host:99999", "http://host:1", "ray://me:word@host:1",
     "ray://host:1/path", "ray://host:1?x=1", "host:6379", "LOCAL", "auto local", "ray://:1"],
)  # fmt: skip
async def test_addresses_that_are_none(given: str) -> None:
    with pytest.raises(BadInput, match="A cluster is"):
        address.checked(given)
    with pytest.raises(BadInput, match="A cluster is"):
        await address.reachable(given)


async def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "find_spec", lambda name: None)
    with pytest.raises(ModelFailed, match=r"pip install 'madang\[cluster\]'"):
        await address.reachable("auto")


def test_gpus_and_a_model_for_them_make_vllm() -> None:
    nodes = [{"CPU": 16.0, "GPU": 2.0}, {"CPU": 8.0}, {"CPU": 4.0, "GPU": 1.0}]
    named = Plan("madang-x", "key", "big", context=8192, gpu_model="org/big-8b")
    found = layout(named, nodes)
    assert (found.kind, found.replicas, found.gpus) == ("vllm", 3, 1) and "3 GPUs" in found.why
    made = vllm_app(named, found)["llm_configs"][0]
    assert made["model_loading_config"] == {"model_id": "big", "model_source": "org/big-8b"}
    assert made["engine_kwargs"] == {"enable_prefix_caching": True, "max_model_len": 8192}
    options = made["deployment_config"]
    assert options["num_replicas"] == 3
    assert "PrefixCacheAffinityRouter" in options["request_router_config"]["request_router_class"]
    unnamed = layout(PLAN, nodes)
    assert unnamed.kind == "llama" and "no model for its GPUs" in unnamed.why


def test_without_gpus_every_machine_has_one_llama() -> None:
    found = layout(
        Plan("madang-x", "key", "m", gpu_model="org/big"), [{"CPU": 8.0}, {"CPU": 4.0}, {"CPU": 0.0}]
    )
    assert (found.kind, found.replicas, found.cpus) == ("llama", 2, 4.0) and "no GPU" in found.why
    options = llama_options(PLAN, found)
    assert options["max_replicas_per_node"] == 1 and options["ray_actor_options"] == {"num_cpus": 4.0}
    assert layout(Plan("n", "k", "m", cpus=6.0), [{"CPU": 8.0}, {"CPU": 4.0}]).replicas == 1
    assert layout(Plan("n", "k", "m", replicas=5, cpus=1.0), [{"CPU": 8.0}]).replicas == 5
    assert layout(PLAN, []).replicas == 1, "a machine may come yet"


def test_a_replica_is_made_anew_when_what_it_is_made_from_changes() -> None:
    two, three = layout(PLAN, [{"CPU": 4.0}] * 2), layout(PLAN, [{"CPU": 4.0}] * 3)
    assert version(PLAN, two) == version(PLAN, three)
    other = Plan("madang-test", "key", "other")
    assert version(PLAN, two) != version(other, two)
    assert Plan.of_json(PLAN.to_json()) == PLAN and "key" not in repr(PLAN)


def test_a_seat_is_held_by_one_and_left_to_the_next(tmp_path: Path) -> None:
    first, second = Seat(tmp_path), Seat(tmp_path)
    assert (first.number, second.number) == (0, 1)
    first.close()
    third = Seat(tmp_path)
    assert third.number == 0 and third.folder == first.folder
    second.close()
    third.close()


def test_forgetting_is_at_every_seat(tmp_path: Path) -> None:
    stores = []
    for number in range(2):
        folder = seats_folder(str(tmp_path), "app") / str(number) / "prefixes"
        folder.mkdir(parents=True)
        stores.append(PrefixStore(folder, 1_000))
        for name in ("gone", "stays"):
            made = folder / "made"
            made.write_bytes(b"x")
            stores[-1].put(name, "0" * 32, made)
    forget(str(tmp_path), "app", "gone")
    forget(str(tmp_path), "no such app", "gone")
    assert [[store.has(name, "0" * 32) for name in ("gone", "stays")] for store in stores] == [
        [False, True]
    ] * 2


def test_a_studio_keeps_its_key_and_tells_nobody(settings: Settings) -> None:
    many = settings.model_copy(update={"cluster": "ray://10.0.0.5:10001"})
    plan = plan_of(many, "smollm2-135m-instruct")
    assert plan == plan_of(many, "smollm2-135m-instruct") and len(plan.key) >= 32
    assert plan.key not in plan.name and plan.key not in repr(plan)
    kept = settings.data / "secrets" / "cluster.key"
    assert kept.stat().st_mode & 0o077 == 0
    local = plan_of(settings.model_copy(update={"cluster": "local"}), "smollm2-135m-instruct")
    assert local.host == "127.0.0.1" and local.folder == str(settings.data)


async def test_a_cluster_is_the_first_engine_and_the_own_model_the_next(settings: Settings) -> None:
    many = Models(settings.model_copy(update={"cluster": "ray://10.0.0.5:10001"}))
    first, second = many.engines()
    assert first.name == "cluster ray://10.0.0.5:10001" and first.server
    assert second.name == "smollm2-135m-instruct" and not second.server
    assert not many.local and many.needed() == ["smollm2-135m-instruct", "multilingual-e5-small"]
    assert Models(settings.model_copy(update={"cluster": "local"})).local
    await many.close()


CONTROL = """
import json, sys
begun = json.loads(sys.stdin.readline())
tell = lambda said: print(json.dumps(said), flush=True)
tell({"state": "CONNECTED"})
print("not json", flush=True)
tell({"state": 5, "doors": 7})
tell({"state": "RUNNING", "doors": ["http://a"], "replicas": {"RUNNING": 2}, "wanted": 2,
      "kind": "llama", "why": begun["plan"]["name"]})
for line in sys.stdin:
    open(sys.argv[1], "a").write(line)
    if "die" in line:
        sys.exit(3)
"""


async def test_the_control_process_is_heard_and_started_again(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    link = Link("local", PLAN, (sys.executable, "-c", CONTROL, str(heard)))
    state = await link.ready(20)
    assert (state.doors, state.replicas, state.why) == (("http://a",), 2, "madang-test")
    first = link._process
    await link.forget("die")
    async with asyncio.timeout(20):
        while link._process is first or link._process is None:
            await asyncio.sleep(0.05)
    assert (await link.ready(20)).answers, "what it told last holds meanwhile"
    await link.forget("another")
    async with asyncio.timeout(20):
        while "another" not in heard.read_text():
            await asyncio.sleep(0.05)
    second = link._process
    await link.close()
    assert second is not None and second.returncode is not None


STILL_CONNECTING = """
import signal, sys, time
def leave(*_):
    open(sys.argv[1], "w").write("taken along")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
open(sys.argv[1], "w").write("begun")
time.sleep(60)
"""


async def test_who_leaves_while_it_connects_takes_along_what_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.models.cluster.link.LEAVE_SECONDS", 0.3)
    begun = tmp_path / "begun"
    link = Link("local", PLAN, (sys.executable, "-c", STILL_CONNECTING, str(begun)))
    connecting = asyncio.create_task(link.ready(20))
    async with asyncio.timeout(20):
        while not begun.exists() or begun.read_text() != "begun":
            await asyncio.sleep(0.02)
    connecting.cancel()
    await asyncio.wait_for(link.close(), 15)
    assert begun.read_text() == "taken along"


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"error": "AuthenticationError", "text": "Invalid or missing token"}, r"wants Ray's token"),
        ({"error": "ConnectionError", "text": "UNAUTHENTICATED"}, r"wants Ray's token"),
        ({"error": "RuntimeError", "text": "Version mismatch: 3.12"}, r"another version of Ray or Python"),
        ({"error": "ConnectionError", "text": "ray client connection timeout"}, r"cannot be reached"),
    ],
)
async def test_a_cluster_that_refuses_says_why(told: dict[str, str], sentence: str) -> None:
    program = f"import sys; sys.stdin.readline(); print({json.dumps(told)!r}, flush=True)"
    link = Link("ray://10.0.0.5:10001", PLAN, (sys.executable, "-c", program))
    with pytest.raises(ModelFailed, match=sentence):
        await link.ready(2)
    await link.close()


@pytest.mark.parametrize(
    "program", ["import sys; sys.exit(1)", 'print(\'{"error": "X"}\')', "print('x' * 9)"]
)
async def test_a_control_process_that_fails_is_one_sentence(program: str) -> None:
    link = Link("ray://10.0.0.5:10001", PLAN, (sys.executable, "-c", program))
    with pytest.raises(ModelFailed, match=r"cluster at ray://10\.0\.0\.5:10001 cannot be reached"):
        await link.ready(2)
    await link.close()
