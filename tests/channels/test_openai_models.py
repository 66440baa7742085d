"""Characters as models, and the embedding model for other programs."""

from __future__ import annotations

import asyncio

import httpx
import numpy as np
import openai
import pytest

from madang.channels.openai import embeddings
from tests.fakes.models import FakeModels


def test_published_characters_are_models(address: str) -> None:
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="mdg_all", max_retries=0)
    assert [model.id for model in client.models.list()] == ["dongbaek", "동백"]
    one = client.models.retrieve("동백")
    assert one.object == "model" and one.owned_by == "madang" and one.created > 1_700_000_000
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("draft")
    assert caught.value.code == "model_not_found"


async def test_a_visitor_may_list_them(http: httpx.AsyncClient) -> None:
    assert len((await http.get("/v1/models")).json()["data"]) == 2


def test_the_client_gets_vectors(address: str) -> None:
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="mdg_chat", max_retries=0)
    made = client.embeddings.create(model="fake-embedder", input=["menu", "hours"])
    plain = client.embeddings.create(model="fake-embedder", input="hours", encoding_format="float")
    assert [item.index for item in made.data] == [0, 1] and len(made.data[1].embedding) == 64
    assert np.allclose(made.data[1].embedding, plain.data[0].embedding)
    assert abs(float(np.linalg.norm(plain.data[0].embedding)) - 1) < 1e-5
    assert made.usage.prompt_tokens == made.usage.total_tokens == 3
    question = client.embeddings.create(
        model="fake-embedder", input="hours", extra_body={"input_type": "query"}
    )
    assert len(question.data[0].embedding) == 64


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": [1, 2, 3]}, "input"),
        ({"input": [[1, 2], [3]]}, "input"),
        ({"input": []}, "input"),
        ({"input": ""}, "input"),
        ({"input": ["a", ""]}, "input"),
        ({"input": "a", "dimensions": 12}, "dimensions"),
        ({"input": "a", "encoding_format": "int8"}, "encoding_format"),
        ({"input": ["a"] * (embeddings.VISITOR_TEXTS + 1)}, "input"),
        ({"input": ["a"] * 257}, "input"),
    ],
)
async def test_wrong_input_is_named(http: httpx.AsyncClient, body: dict[str, object], param: str) -> None:
    response = await http.post("/v1/embeddings", json={"model": "fake-embedder"} | body)
    assert response.status_code == 400
    assert response.json()["error"]["param"].partition("[")[0] == param


async def test_another_model_is_not_found(http: httpx.AsyncClient) -> None:
    response = await http.post("/v1/embeddings", json={"model": "text-embedding-3-small", "input": "a"})
    assert response.status_code == 404
    assert "fake-embedder" in response.json()["error"]["message"]


async def test_visitors_take_turns(http: httpx.AsyncClient, models: FakeModels) -> None:
    embedder = await models.embedder()
    embedder.pause = 0.2
    body = {"model": "fake-embedder", "input": "a"}
    key = {"authorization": "Bearer mdg_all"}
    answers = await asyncio.gather(
        http.post("/v1/embeddings", json=body),
        http.post("/v1/embeddings", json=body),
        http.post("/v1/embeddings", json=body, headers=key),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 429]
    assert answers[2].status_code == 200
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused.headers["retry-after"]) > 0
