"""The OpenAPI document of the whole studio: what every error looks like, said once for all operations."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

TAGS = [
    {"name": "Studio", "description": "Whether the studio lives, is ready, and what it is."},
    {
        "name": "OpenAI API",
        "description": "Characters as models, for every client that speaks OpenAI's API. Without a "
        "key one is a visitor; errors have OpenAI's shape.",
    },
]


class Said(BaseModel):
    code: str
    """For a program: `not_found`, `sign_in_needed`, `too_large`, …"""
    message: str
    """For a person: one sentence, in the language the request asked for."""


class Refusal(BaseModel):
    """Every error outside `/v1`."""

    error: Said


def describe(app: FastAPI) -> None:
    """Have the document tell of the errors of all operations. Call it after the last router."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            _add(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _add(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    refusal = Refusal.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= refusal.pop("$defs", {}) | {"Refusal": refusal}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            responses = operation.setdefault("responses", {})
            # the framework's own shape of a wrong field is never sent: web.errors answers with ours
            responses.pop("422", None)
            if path.startswith("/v1/"):
                continue
            responses.setdefault(
                "4XX", {"description": "A refusal, in one clear sentence.", "content": content}
            )
            responses.setdefault(
                "5XX", {"description": "A failure, in one clear sentence.", "content": content}
            )
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    named = {tag["name"] for tag in document.get("tags", [])}
    document["tags"] = [*document.get("tags", []), *(tag for tag in TAGS if tag["name"] not in named)]
