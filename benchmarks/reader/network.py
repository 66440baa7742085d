"""The reader's network as PyTorch trains it; `madang.models.e5.reader` computes the same with NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from madang.models.e5.reader import HEADS, QUESTION, SENTENCE, Read

PADDING = -1
TOGETHER = 32
"""Pairs that are padded to the same length."""
NOT = -30_000.0
"""Added to what nothing may look at."""


class Network(nn.Module):
    """`states` (texts, pieces, 2 x width) and `belongs` (texts, pieces) to logits (texts,)."""

    def __init__(self, width: int, inner: int = 160, drop: float = 0.15, blocks: int = 2) -> None:
        super().__init__()
        self.inner, self.drop = inner, drop
        self.mean = nn.Parameter(torch.zeros(width))
        self.proj, self.pn = nn.Linear(2 * width, inner), nn.LayerNorm(inner)
        self.aq = nn.Linear(inner, inner, bias=False)
        self.scale = nn.Parameter(torch.tensor(10.0))
        self.cmp, self.cn = nn.Linear(4 * inner + 2, inner), nn.LayerNorm(inner)
        self.seg = nn.Parameter(torch.randn(3, inner) * 0.02)
        self.cls = nn.Parameter(torch.randn(1, 1, inner) * 0.02)
        self.blocks = nn.ModuleList(Block(inner, drop) for _ in range(blocks))
        self.fn = nn.LayerNorm(inner)
        self.head = nn.Sequential(nn.Linear(3 * inner, inner), Gelu(), nn.Dropout(drop), nn.Linear(inner, 1))

    def forward(self, states: Tensor, belongs: Tensor) -> Tensor:
        last = F.normalize(states[..., states.shape[-1] // 2 :].float() - self.mean, dim=-1).bfloat16()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            plain = self.pn(gelu(self.proj(dropped(states, self.drop, self.training))))
            plain = dropped(plain, self.drop, self.training)
            alike = last @ last.transpose(1, 2)
            near = self.scale * alike + self.aq(plain) @ plain.transpose(1, 2) * self.inner**-0.5
            asks, says = belongs == QUESTION, belongs > QUESTION
            other = (asks[:, :, None] & says[:, None]) | (says[:, :, None] & asks[:, None])
            share = torch.softmax(near.float().masked_fill(~other, -1e4), -1)
            met = share.bfloat16() @ plain
            nearest = alike.float().masked_fill(~other, -1.0).amax(-1, keepdim=True)
            usual = (share * alike.float()).sum(-1, keepdim=True)
            both = [plain, met, plain - met, plain * met, nearest.bfloat16(), usual.bfloat16()]
            hidden = self.cn(gelu(self.cmp(torch.cat(both, -1)))) + self.seg.bfloat16()[belongs.clamp(min=0)]
            first = self.cls.bfloat16().expand(len(hidden), 1, -1)
            hidden = torch.cat([first, hidden], 1)
            hides = F.pad((belongs == PADDING)[:, None, None, :] * NOT, (1, 0)).bfloat16()
            for block in self.blocks:
                hidden = block(hidden, hides)
            pieces = self.fn(hidden).float()
            means = [_mean(pieces[:, 1:], asks), _mean(pieces[:, 1:], belongs == SENTENCE)]
            logits: Tensor = self.head(torch.cat([pieces[:, 0], *means], 1)).squeeze(-1).float()
        return logits

    def kept(self) -> dict[str, NDArray[np.float16]]:
        """The weights as the studio reads them."""
        return {name: value.half().numpy() for name, value in self.state_dict().items()}


class Block(nn.Module):
    """A block of a transformer, normalised before each of its halves."""

    def __init__(self, inner: int, drop: float) -> None:
        super().__init__()
        self.drop = drop
        self.qkv, self.o = nn.Linear(inner, 3 * inner), nn.Linear(inner, inner)
        self.n1, self.n2 = nn.LayerNorm(inner), nn.LayerNorm(inner)
        self.f1, self.f2 = nn.Linear(inner, 2 * inner), nn.Linear(2 * inner, inner)

    def forward(self, hidden: Tensor, hides: Tensor) -> Tensor:
        texts, length, inner = hidden.shape
        three = self.qkv(self.n1(hidden)).view(texts, length, 3, HEADS, inner // HEADS)
        query, key, value = three.permute(2, 0, 3, 1, 4)
        share = torch.softmax(query @ key.transpose(2, 3) * (inner // HEADS) ** -0.5 + hides, -1)
        mixed = (share @ value).transpose(1, 2).reshape(texts, length, inner)
        hidden = hidden + dropped(self.o(mixed), self.drop, self.training)
        return hidden + dropped(self.f2(gelu(self.f1(self.n2(hidden)))), self.drop, self.training)


class Gelu(nn.Module):
    def forward(self, values: Tensor) -> Tensor:
        return gelu(values)


def gelu(values: Tensor) -> Tensor:
    return F.gelu(values, approximate="tanh")


def dropped(values: Tensor, share: float, training: bool) -> Tensor:
    """Drops the same numbers of every piece: a chance for each piece takes as long as all the rest."""
    if not training:
        return values
    kept = torch.rand(values.shape[0], 1, values.shape[2]) > share
    return values * (kept / (1 - share)).to(values.dtype)


def logits_of(network: Network, pairs: Sequence[tuple[Read, Read]]) -> Tensor:
    """(pairs,). Pairs alike in length are computed together, so that there is little padding."""
    order = sorted(range(len(pairs)), key=lambda place: sum(len(text.belongs) for text in pairs[place]))
    groups = [order[start : start + TOGETHER] for start in range(0, len(order), TOGETHER)]
    made = torch.cat([network(*together([pairs[place] for place in group])) for group in groups])
    return made[torch.tensor(order).argsort()]


def together(pairs: Sequence[tuple[Read, Read]]) -> tuple[Tensor, Tensor]:
    """Questions beside sentences, padded: states (texts, pieces, 2 x width), what each piece belongs to."""
    lengths = [len(asked.belongs) + len(said.belongs) for asked, said in pairs]
    width = pairs[0][0].states.shape[1]
    states = torch.zeros(len(pairs), max(lengths), width, dtype=torch.bfloat16)
    belongs = torch.full((len(pairs), max(lengths)), PADDING)
    for place, (asked, said) in enumerate(pairs):
        first, length = len(asked.belongs), lengths[place]
        states[place, :first] = torch.as_tensor(asked.states)
        states[place, first:length] = torch.as_tensor(said.states)
        belongs[place, :first] = torch.as_tensor(asked.belongs)
        belongs[place, first:length] = torch.as_tensor(said.belongs)
    return states, belongs


def _mean(values: Tensor, chosen: Tensor) -> Tensor:
    weights = chosen[..., None].float()
    return (values * weights).sum(1) / weights.sum(1)
