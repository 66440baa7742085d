"""The same model in the peers' ways: LangChain's and LlamaIndex's default chains, called for real.

Both are installed from PyPI into an environment in the temporary folder, and reach the studio's own chat
model and embedder through an address on 127.0.0.1 that this benchmark opens. They split into chunks of 1000
with an overlap of 200, put the best four into their own prompt, and cite the best chunk. They are asked the
last message of a conversation as it stands: their default chains know no conversation. Ours is asked the same
tasks in the same run, with the conversation.

For each of `ours`, `langchain`, `llamaindex`, on a sample of MTRAG-UN (`mtrag`) and of KorQuAD (`korquad`):

`facts_shown`, `declined_unanswerable`, `invented`  as in `mtrag.py`; what a peer retrieved counts as evidence
`answer_shown`   the reply holds a gold answer letter by letter (KorQuAD)
`cited_right`    what is cited lies in a context of the task, or in the gold paragraph
`seconds`        the middle one of the replies
`failed`         the chain raised instead of replying: no answer, nothing cited
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from benchmarks.environment import environment
from benchmarks.grounded import korquad as korean
from benchmarks.grounded import mtrag
from benchmarks.grounded.place import Place, place
from benchmarks.grounded.stated import holds_half, invented, stated
from benchmarks.report import percentile
from madang.models.registry import Models
from madang.models.types import ChatRequest, ChatRuntime, Message

PACKAGES = (
    "langchain-classic==1.0.8",
    "langchain-openai==1.7.4",
    "langchain-text-splitters==1.1.3",
    "llama-index-core==0.14.25",
    "llama-index-llms-openai-like==0.8.1",
)
PEERS = ("langchain", "llamaindex")
MOST_TOKENS = 200
"""Tokens of a peer's reply at most."""
_DECLINES = re.compile(
    r"\b(?:i (?:do not|don['’]t) (?:know|have)|i(?:'m| am) (?:not sure|sorry|unable)"
    r"|can(?:not|['’]t) (?:answer|find|provide|determine)|no information"
    r"|not (?:mentioned|provided|specified|stated)|does not (?:mention|provide|say|specify))\b"
    r"|모르|알 수 없|찾지 못",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A reply of one side to one question."""

    text: str
    cited: str
    """What it cites: a quotation, or the best chunk."""
    evidence: str
    seconds: float
    declined: bool
    failed: str = ""
    """What a chain raised instead of replying."""


async def measure(
    path: Path,
    *,
    korquad: Path | None = None,
    tasks: int = 24,
    questions: int = 12,
    documents: int = 0,
    seed: int = 7,
) -> dict[str, Any]:
    """Sampled tasks of MTRAG-UN (half of them answerable, half unanswerable) and questions of KorQuAD.

    `documents`: so many at most are known, those of the sample among them; all by default.
    """
    results: dict[str, Any] = {"peer_packages": list(PACKAGES), "peer_documents": documents or "all"}
    python = await asyncio.to_thread(environment, "chains", PACKAGES)
    chance = random.Random(seed)
    every = mtrag.load(path)
    _, rest = mtrag.split(every)
    some = [
        task
        for kind in ("ANSWERABLE", "UNANSWERABLE")
        for task in chance.sample([one for one in rest if one.kind == kind], tasks // 2)
    ]
    async with place("en") as here:
        texts = list(dict.fromkeys([*mtrag.knowledge_of(some), *mtrag.knowledge_of(every)]))
        texts = texts[: documents or None]
        await here.learn([("", text) for text in texts])
        said = await _all(here, python, texts, [task.messages for task in some])
    results |= {f"peers_mtrag_{who}": _of_mtrag(some, replies) for who, replies in said.items()}
    if korquad is not None:
        paragraphs, asked = korean.load(korquad)
        sample = chance.sample(asked, questions)
        if documents:
            gold = {question.paragraph for question in sample}
            kept = [*gold, *(place for place in range(len(paragraphs)) if place not in gold)][:documents]
            sample = [replace(one, paragraph=kept.index(one.paragraph)) for one in sample]
            paragraphs = [paragraphs[place] for place in kept]
        async with place("ko") as here:
            await here.learn(paragraphs)
            own = [(Message("user", one.text),) for one in sample]
            said = await _all(here, python, [text for _, text in paragraphs], own)
        found = {who: _of_korquad(sample, paragraphs, replies) for who, replies in said.items()}
        results |= {f"peers_korquad_{who}": numbers for who, numbers in found.items()}
    return results


async def _all(
    here: Place, python: Path, documents: Sequence[str], asked: Sequence[Sequence[Message]]
) -> dict[str, list[Said]]:
    """What ours and each peer say."""
    said = {"ours": [await _ours(here, messages) for messages in asked]}
    async with _address(here.studio.models) as base:
        for which in PEERS:
            last = [messages[-1].content for messages in asked]
            order = {"which": which, "base": base, "documents": list(documents), "questions": last}
            said[which] = await asyncio.to_thread(_peer, python, order)
    return said


async def _ours(here: Place, messages: Sequence[Message]) -> Said:
    reply, _, milliseconds = await here.answer(messages)
    evidence = "\n".join(f"{one.source}\n{one.quote}" for one in reply.citations)
    cited = reply.citations[0].quote if reply.citations and reply.basis in {"sources", "partial"} else ""
    decline = mtrag.decision_of(reply.basis) == "decline"
    # the titles that an abstention names are the sources' own, and no claims
    text = "" if decline else mtrag.without_marks(reply)
    return Said(text, cited, evidence, milliseconds / 1000, decline)


def _peer(python: Path, order: dict[str, Any]) -> list[Said]:
    program = Path(__file__).parent / "peer_chain.py"
    own = {"PATH": "/usr/bin:/bin", "HOME": tempfile.gettempdir(), "OPENAI_API_KEY": "none"}
    done = subprocess.run(
        [str(python), str(program)],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        env=own,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{order['which']} failed: {done.stderr[-2000:]}")
    found = []
    for line in done.stdout.splitlines():
        one = json.loads(line)
        chunks = one["chunks"]
        found.append(
            Said(
                one["reply"],
                chunks[0] if chunks else "",
                "\n".join(chunks),
                one["seconds"],
                bool(_DECLINES.search(one["reply"])),
                one["failed"],
            )
        )
    return found


def _of_mtrag(tasks: Sequence[mtrag.Task], said: Sequence[Said]) -> dict[str, Any]:
    both = list(zip(tasks, said, strict=True))
    answerable = [(task, one) for task, one in both if task.kind == "ANSWERABLE"]
    facts = [(stated(task.target), one) for task, one in answerable if stated(task.target)]
    return {
        "facts_shown": _share([holds_half(fact, one.text) and not one.declined for fact, one in facts]),
        "cited_right": _share([_lies_in(one.cited, task.contexts) for task, one in answerable]),
        "declined_unanswerable": _share([one.declined for task, one in both if task.kind == "UNANSWERABLE"]),
        "invented": _share(
            [
                bool(invented(one.text, "\n".join([one.evidence, *(m.content for m in task.messages)])))
                for task, one in both
            ]
        ),
        "seconds": percentile([one.seconds for one in said], 0.5),
        "failed": _share([bool(one.failed) for one in said]),
        "tasks": len(both),
    }


def _of_korquad(
    questions: Sequence[korean.Question], paragraphs: Sequence[tuple[str, str]], said: Sequence[Said]
) -> dict[str, Any]:
    both = list(zip(questions, said, strict=True))
    gold = [paragraphs[question.paragraph][1] for question in questions]
    return {
        "answer_shown": _share([any(a in one.text for a in question.answers) for question, one in both]),
        "cited_right": _share([_lies_in(one.cited, [text]) for one, text in zip(said, gold, strict=True)]),
        "invented": _share([bool(invented(one.text, f"{one.evidence}\n{q.text}")) for q, one in both]),
        "declined": _share([one.declined for one in said]),
        "seconds": percentile([one.seconds for one in said], 0.5),
        "failed": _share([bool(one.failed) for one in said]),
        "examples": [one.failed or one.text[:160] for one in said[:2]],
        "questions": len(both),
    }


def _lies_in(cited: str, texts: Sequence[str]) -> bool:
    plain = "".join(cited.split())
    return bool(plain) and any(plain in (there := "".join(text.split())) or there in plain for text in texts)


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


@asynccontextmanager
async def _address(models: Models) -> AsyncIterator[str]:
    """The studio's models behind an address on 127.0.0.1, in OpenAI's shape."""
    chat, embedder = await models.chat(), await models.embedder()
    app = FastAPI()

    @app.post("/embed")
    async def embed(body: dict[str, Any]) -> list[list[float]]:
        if body["query"]:
            return [(await embedder.query(text)).tolist() for text in body["texts"]]
        found: list[list[float]] = (await embedder.passages(body["texts"])).tolist()
        return found

    @app.post("/v1/chat/completions")
    async def complete(body: dict[str, Any]) -> dict[str, Any]:
        return await _completed(chat, body)

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()


async def _completed(chat: ChatRuntime, body: dict[str, Any]) -> dict[str, Any]:
    messages = [
        Message("user" if one["role"] == "user" else "system", _text(one["content"]))
        for one in body["messages"]
    ]
    text = ""
    async for delta in chat.stream(ChatRequest(messages, max_tokens=MOST_TOKENS, temperature=0.0)):
        text += delta.text
    return {
        "id": "chatcmpl-peer",
        "object": "chat.completion",
        "created": 0,
        "model": "local",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content)
