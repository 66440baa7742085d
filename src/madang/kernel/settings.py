"""Settings: environment variables `MADANG_…`, or a `.env` file in the data folder. Read once, in `app` and
`cli`.

Importing this module reads nothing and creates nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_data() -> Path:
    return Path.home() / ".local" / "share" / "madang"


class Settings(BaseSettings):
    """Every setting of a studio. docs/settings.md is generated from the descriptions; a test holds that."""

    model_config = SettingsConfigDict(env_prefix="MADANG_", extra="ignore")

    data: Path = Field(default_factory=default_data, description="Folder of everything people make.")
    host: str = Field("127.0.0.1", description="Address the studio listens on.")
    port: int = Field(8600, ge=0, le=65535, description="Port the studio listens on.")
    allowed_hosts: list[str] = Field(
        default_factory=list,
        description="Host names, besides localhost, under which the studio may be reached (JSON list).",
    )
    database: str | None = Field(
        None, description="Database URL; SQLite in the data folder by default, `postgresql://…` otherwise."
    )
    language: Literal["en", "ko"] | None = Field(
        None, description="Language of the pages; by default what the browser asks for."
    )
    time_zone: str = Field("Asia/Seoul", description="Time zone in which characters tell the time.")

    chat_model: str = Field(
        "smollm2-135m-instruct", description="Name of the chat model: from the catalogue, a GGUF path, a URL."
    )
    chat_url: str | None = Field(None, description="Base URL of an OpenAI-compatible server for chat.")
    chat_key: SecretStr | None = Field(None, description="Key for that server.")
    chat_fallbacks: list[str] = Field(
        default_factory=list,
        description="Chat models that answer, in this order, while the first cannot (JSON list of names).",
    )
    first_token_seconds: float = Field(
        20.0,
        gt=0,
        description="Seconds that a model server may take to its first word while another could answer.",
    )
    chat_strategy: Literal["auto", "quote", "cite"] = Field(
        "auto", description="How facts are answered: `quote` for small models, `cite` for capable ones."
    )
    wrong: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="Share of the answers that may be wrong, for characters whose maker chose none; "
        "by default 0.14, and up to 0.2 of those from large sources (100 passages and more).",
    )
    embed_model: str = Field("multilingual-e5-small", description="Name of the embedding model.")
    embed_url: str | None = Field(None, description="Base URL of an OpenAI-compatible server for embeddings.")
    embed_key: SecretStr | None = Field(None, description="Key for that server.")
    context: int = Field(4096, ge=512, description="Tokens of context given to the in-process chat model.")
    slots: int | None = Field(
        None,
        ge=1,
        le=64,
        description="Conversations that the in-process model serves at once; by default as many as this "
        "machine was measured to serve best.",
    )
    prefix_mb: int = Field(
        4096,
        ge=0,
        description="Disk space for what the in-process model computed of characters, in MB; `0` keeps none.",
    )
    threads: int | None = Field(
        None,
        ge=1,
        description="Threads for models, by default the machine's cores; words are made with one fewer.",
    )
    cluster: str | None = Field(
        None,
        description="Ray cluster that runs the chat model: `ray://host:port`, `auto` or `local` "
        "(`madang up --cluster`).",
    )
    cluster_gpu_model: str | None = Field(
        None,
        description="What vLLM serves on a cluster with GPUs: a name on the hub, or a folder everywhere.",
    )
    hub: str | None = Field(None, description="Another address for the Hugging Face hub, or `off`.")

    traces: str | None = Field(
        None,
        description="Where OpenTelemetry traces of turns go: a collector's address (OTLP), or `console`.",
    )

    upload_mb: int = Field(64, ge=1, description="Largest upload, in MB.")
    source_pages: int = Field(2000, ge=1, description="Most pages of one document.")

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL with its async driver."""
        if self.database is None:
            return f"sqlite+aiosqlite:///{self.data / 'studio.db'}"
        scheme, _, rest = self.database.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else self.database

    @property
    def weights(self) -> Path:
        """Folder of model weights."""
        return self.data / "weights"
