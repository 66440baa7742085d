"""The real studio, served in a process of its own, and a plain search beside it to compare with."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from sqlalchemy import text
from starlette.responses import JSONResponse, Response

from madang.app.application import create_app
from madang.app.studio import Studio, open_studio
from madang.kernel.settings import Settings

PLAIN = """SELECT id, slug, published FROM characters
WHERE published_at IS NOT NULL AND visibility = 'public' AND archived_at IS NULL AND hidden_at IS NULL
AND lower(json_extract(published, '$.name') || ' ' || coalesce(json_extract(published, '$.tagline'), '')
|| ' ' || coalesce(json_extract(published, '$.persona'), '')
|| ' ' || coalesce(json_extract(published, '$.tags'), ''))
LIKE :like ORDER BY published_at DESC LIMIT 24"""
"""How most galleries search: LIKE over the text, newest first."""


def add_plain(app: FastAPI, studio: Studio) -> None:
    async def plain(request: Request) -> Response:
        like = "%" + request.query_params.get("q", "").lower() + "%"
        async with studio.database.read() as session:
            rows = (await session.execute(text(PLAIN), {"like": like})).all()
        found = [{"id": row.id, "slug": row.slug, **json.loads(row.published)} for row in rows]
        return JSONResponse({"characters": found})

    async def state(_: Request) -> Response:
        catalogue = studio.discover.catalogue
        return JSONResponse(
            {
                "ready": catalogue.ready,
                "characters": len(catalogue.shelf.rows),
                "meant": catalogue.shelf.meant,
                "waiting": catalogue.meaning.waiting,
                "words": catalogue.meaning.known_words,
                "exact": catalogue.meaning.exact,
            }
        )

    app.add_route("/benchmark/plain", plain)
    app.add_route("/benchmark/state", state)


async def serve(data: Path, port: int) -> None:
    settings = Settings(data=data, hub="off", port=port)
    async with open_studio(settings, jobs=False) as studio:
        app = create_app(studio)
        add_plain(app, studio)
        config = uvicorn.Config(
            app, host="127.0.0.1", port=port, log_level="warning", server_header=False, lifespan="off"
        )
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
