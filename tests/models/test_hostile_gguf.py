"""Model files made to do harm: each ends in one clear sentence, and in no crash of the studio."""

from __future__ import annotations

import os
import random
import struct
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.kernel.errors import MadangError, ModelFailed, TooLarge, Unreadable
from madang.models.gguf import inspect
from madang.models.registry import Models
from madang.models.template import harmless
from madang.models.trial import try_out
from madang.models.tuning import Machine
from tests.models.conftest import _string, make_gguf

FUZZ = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
U64 = st.integers(0, 2**64 - 1) | st.sampled_from([2**31 - 1, 2**32, 2**62, 2**63, 2**64 - 1])
CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + "
    "'<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def one_sentence(folder: Path, data: bytes) -> bool:
    """Whether the file is refused; with one sentence, soon, and without much memory."""
    path = folder / "m.gguf"
    path.write_bytes(data)
    tracemalloc.start()
    began = time.perf_counter()
    try:
        inspect(path)
        refused = False
    except MadangError as error:
        sentence = str(error)
        assert "m.gguf" in sentence and sentence.endswith(".") and "\n" not in sentence
        refused = True
    spent, memory = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert spent < 2 and memory < 8_000_000
    return refused


@FUZZ
@given(cut=st.integers(1, 600))
def test_cut_short_anywhere(tmp_path: Path, cut: int) -> None:
    whole = make_gguf()
    assert one_sentence(tmp_path, whole[: max(len(whole) - cut, 0)])


@FUZZ
@given(tensors=U64, entries=U64)
def test_absurd_counts(tmp_path: Path, tensors: int, entries: int) -> None:
    whole = bytearray(make_gguf())
    struct.pack_into("<QQ", whole, 8, tensors, entries)
    assert one_sentence(tmp_path, bytes(whole)) or (tensors, entries) == (1, 5)


@FUZZ
@given(place=st.integers(24, 330), value=U64)
def test_an_absurd_number_anywhere(tmp_path: Path, place: int, value: int) -> None:
    """Lengths of strings and arrays, offsets and sizes of tensors are all among these."""
    whole = bytearray(make_gguf())
    struct.pack_into("<Q", whole, place, value)
    one_sentence(tmp_path, bytes(whole))


@FUZZ
@given(elements=U64, offset=U64)
def test_tensors_outside_of_the_file(tmp_path: Path, elements: int, offset: int) -> None:
    fits = elements == 0 or (offset % 32 == 0 and offset + elements * 4 <= 256)
    assert one_sentence(tmp_path, make_gguf(elements=elements, offset=offset)) or fits


@FUZZ
@given(seed=st.integers(0, 2**32), many=st.integers(1, 40))
def test_many_flipped_bits(tmp_path: Path, seed: int, many: int) -> None:
    chance = random.Random(seed)
    whole = bytearray(make_gguf())
    for _ in range(many):
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    one_sentence(tmp_path, bytes(whole))


@FUZZ
@given(data=st.binary(max_size=300))
def test_anything_after_the_magic(tmp_path: Path, data: bytes) -> None:
    assert one_sentence(tmp_path, b"GGUF" + struct.pack("<I", 3) + data)


@pytest.mark.parametrize("kind", [8, 9, 4])
def test_a_huge_array_that_is_not_there(tmp_path: Path, kind: int) -> None:
    entry = _string("x") + struct.pack("<IIQ", 9, kind, 3_999_999)
    assert one_sentence(tmp_path, b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + entry)


def die(_: str) -> None:
    """In a child."""
    os.abort()


def with_entries(*entries: bytes) -> bytes:
    base = make_gguf()
    whole = base[:16] + struct.pack("<Q", 5 + len(entries)) + b"".join(entries) + base[24:]
    head, tail = whole[:-256].rstrip(b"\0"), whole[-256:]
    end = head + b"\0" * (12 if not head.endswith(b"w") else 0)
    return end + b"\0" * (-len(end) % 32) + tail + b"\0" * 64


@pytest.mark.parametrize(
    "template",
    [
        "{{ messages.__class__.__mro__ }}",
        "{{ messages['__class__'] }}",
        "{{ ''|attr('__class__') }}",
        "{{ __import__('os').system('id') }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ namespace.mro() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'x' as y %}{{ y }}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% for a in range(1000000000) %}{{ a }}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% for a in b recursive %}{{ loop(a) }}{% endfor %}",
        "{% for a in b %}" * 9 + "{% endfor %}" * 9,
        "{{ ((((" * 2000,
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% nonsense %}",
        "{{",
        "x" * 200_000,
    ],
)
def test_templates_that_do_more_than_write_are_refused(tmp_path: Path, template: str) -> None:
    assert not harmless(template)
    entry = _string("tokenizer.chat_template") + struct.pack("<I", 8) + _string(template)
    with pytest.raises(Unreadable, match="chat template"):
        path = tmp_path / "m.gguf"
        path.write_bytes(with_entries(entry))
        inspect(path)


@pytest.mark.parametrize(
    "template",
    [
        "",
        CHATML,
        "{%- if messages[0].role == 'system' %}{{ messages[0]['content'] }}{% endif -%}"
        "{%- set ns = namespace(first=true) %}{% for m in messages[1:] %}"
        "{% if loop.index0 % 2 %}{% continue %}{% endif %}"
        "{% generation %}{{ m.content | trim }}{% endgeneration %}"
        "{% set ns.first = false %}{% endfor %}",
        "{% macro part(x) %}{{ x | tojson(indent=4) }}{% endmacro %}{{ part(tools) }}"
        "{{ raise_exception('no') if tools is defined and not tools }}{{ strftime_now('%d %b %Y') }}",
    ],
)
def test_templates_of_real_models_are_taken(tmp_path: Path, template: str) -> None:
    assert harmless(template)
    entry = _string("tokenizer.chat_template") + struct.pack("<I", 8) + _string(template)
    path = tmp_path / "m.gguf"
    path.write_bytes(with_entries(entry))
    assert inspect(path).chat_template == template


@settings(max_examples=200, deadline=None)
@given(template=st.text(max_size=80) | st.text(alphabet="{}%'|().[]_ax1 ", max_size=80))
def test_any_template_is_judged(template: str) -> None:
    assert harmless(template) in (True, False)


def test_the_template_of_the_default_model(real_weights: Path) -> None:
    assert "im_start" in inspect(real_weights).chat_template


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "value"), [("block_count", 2**31 - 1), ("block_count", 0), ("head_count", 0)]
)
async def test_what_kills_its_loader_kills_nobody(tmp_path: Path, key: str, value: int) -> None:
    name = "llama.attention.head_count" if key == "head_count" else f"llama.{key}"
    numbers = {
        "llama.block_count": 1,
        "llama.embedding_length": 64,
        "llama.feed_forward_length": 64,
        "llama.attention.head_count": 1,
        name: value,
    }
    entries = [_string(one) + struct.pack("<II", 4, number) for one, number in numbers.items()]
    path = tmp_path / "killer.gguf"
    path.write_bytes(with_entries(*entries))
    with pytest.raises((Unreadable, TooLarge, ModelFailed), match=r"killer\.gguf"):
        await try_out(path, Machine(tmp_path / "machine.json"))


@pytest.mark.slow
async def test_a_loader_that_dies_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(make_gguf())
    from madang.kernel import child

    real = child.run

    async def dying(_: str, argument: object, **options: object) -> object:
        return await real("tests.models.test_hostile_gguf:die", argument, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("madang.models.trial.child.run", dying)
    machine = Machine(tmp_path / "machine.json")
    with pytest.raises(Unreadable, match=r"m\.gguf"):
        await try_out(path, machine)
    assert not (tmp_path / "machine.json").exists(), "it is tried again, never taken for good"


@pytest.mark.slow
@pytest.mark.weights
async def test_ones_own_weights_are_tried_once(
    tmp_path: Path, real_weights: Path, real_models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.gguf"
    own.symlink_to(real_weights)
    await real_models.use("chat", str(own))
    assert (await real_models.chat()).card.parameters == 134_515_008
    await real_models.close()

    async def never(*_: object, **__: object) -> object:
        raise AssertionError

    monkeypatch.setattr("madang.models.trial.child.run", never)
    again = Models(real_models._settings)
    assert (await again.chat()).card.parameters == 134_515_008
    await again.close()
