"""The chat model of one replica: its weights on this machine, fetched where they are not, and llama.cpp."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from pathlib import Path

from madang.kernel.errors import MadangError
from madang.models.catalogue import CATALOGUE
from madang.models.cluster.plan import Plan
from madang.models.cluster.seats import home
from madang.models.engine import PIECE
from madang.models.gguf import inspect
from madang.models.llama import LlamaRuntime
from madang.models.tuning import USUAL, most_slots
from madang.models.types import ModelCard
from madang.models.weights import Weights

log = logging.getLogger(__name__)


async def opened(plan: Plan, folder: Path, threads: int) -> LlamaRuntime:
    """Raises what fetching and loading the weights raise."""
    weights = Weights(home(plan.folder) / "weights", plan.hub)
    try:
        path = await asyncio.to_thread(weights.find, plan.model)
    except MadangError:
        log.warning("%s is not on this machine yet: it is fetched", plan.model)
        await asyncio.to_thread(weights.pull, plan.model, lambda _done, _total: None)
        path = await asyncio.to_thread(weights.find, plan.model)
    info = await asyncio.to_thread(inspect, path)
    context = min(plan.context, info.context)
    known = CATALOGUE.get(plan.model)
    card = (
        dataclasses.replace(known.card, context=context)
        if known
        else ModelCard(info.name or path.stem, "chat", parameters=info.parameters, context=context)
    )
    return await LlamaRuntime.load(
        path,
        card,
        info,
        slots=plan.slots or min(USUAL, most_slots(info.kv_bytes, context)),
        threads=plan.threads or threads,
        piece=PIECE,
        prefixes=folder / "prefixes",
        budget=plan.prefix_mb * 1_000_000,
    )
