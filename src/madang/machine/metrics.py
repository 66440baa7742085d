"""`/metrics` for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from madang.machine.access import Machine
from madang.web.context import identity_of


def router(machine: Machine) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/metrics")
    async def metrics(request: Request) -> Response:
        body, kind = machine.metrics(identity_of(request))
        return Response(body, headers={"content-type": kind, "cache-control": "no-store"})

    return routes
