"""Which engines there are and in what order: the settings, or what the owner chose."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from madang.kernel.errors import BadInput, Conflict, ModelFailed, NotFound
from madang.kernel.settings import Settings
from madang.models.adapters import Adapters
from madang.models.catalogue import CATALOGUE, E5_SMALL
from madang.models.choice import MOST_ENGINES, Choices
from madang.models.engines.address import checked_url
from madang.models.engines.keys import Keys, place
from madang.models.engines.types import Spec
from madang.models.gguf import inspect
from madang.models.types import Role
from madang.models.weights import gguf_path, hub_url, is_gguf_url


def is_server(name: str) -> bool:
    """Whether a model's name is the address of a server (`http://host/v1`, `http://host/v1#model`)."""
    return name.startswith(("http://", "https://")) and not is_gguf_url(name)


@dataclass(frozen=True, slots=True)
class Order:
    """Names and places of engines. Blocks for the length of a small file."""

    settings: Settings
    choices: Choices
    keys: Keys
    adapters: Adapters

    @classmethod
    def of(cls, settings: Settings) -> Order:
        return cls(
            settings,
            Choices(settings.data / "models.json"),
            Keys(settings.data / "secrets" / "engines.json"),
            Adapters(settings.data / "adapters.json"),
        )

    def name_of(self, role: Role) -> str:
        """The model that serves a role first: the owner's choice, else the setting."""
        chosen = self.choices.read().get(role)
        return chosen or (self.settings.chat_model if role == "chat" else self.settings.embed_model)

    def names(self) -> list[str]:
        """The chat engines in their order."""
        after = self.choices.fallbacks()
        rest = self.settings.chat_fallbacks if after is None else after
        return list(dict.fromkeys([self.name_of("chat"), *rest]))[:MOST_ENGINES]

    @property
    def local(self) -> bool:
        """Whether every model runs on this machine. Pages ask it: no key is read."""
        settings, chosen = self.settings, self.choices.read()
        if settings.cluster not in (None, "local"):
            return False
        by_setting = (settings.chat_url and "chat" not in chosen) or (
            settings.embed_url and "embed" not in chosen
        )
        return not by_setting and not any(map(is_server, (*self.names(), self.name_of("embed"))))

    def specs(self) -> list[Spec]:
        """The chat engines in their order, with where they are and their keys. A cluster comes before all."""
        first, *rest = self.names()
        own = [self.first("chat"), *(self._spec(name) for name in rest if name != first)]
        cluster = self.settings.cluster
        model = next((spec.name for spec in own if not spec.server), None)
        if cluster is None or model is None:
            return own
        return [Spec(f"cluster {cluster}", model=model, cluster=True), *own]

    def first(self, role: Role) -> Spec:
        """What serves a role first."""
        name = self.name_of(role)
        url = self.settings.chat_url if role == "chat" else self.settings.embed_url
        if url is None or is_server(name) or role in self.choices.read():
            return self._spec(name, role)
        return Spec(name, url, None if name in CATALOGUE else name, self._key(url, role))

    def _spec(self, name: str, role: Role = "chat") -> Spec:
        if not is_server(name):
            return Spec(name, adapters=self.adapters.of(name) if role == "chat" else ())
        url, _, model = name.partition("#")
        return Spec(name, url.rstrip("/"), model or None, self._key(url, role))

    def _key(self, url: str, role: Role) -> str | None:
        """The key of a server: the owner's, else the setting's, which is for the setting's server alone."""
        if (key := self.keys.of(url)) is not None:
            return key
        settings = self.settings
        given, model, key_setting = (
            (settings.chat_url, settings.chat_model, settings.chat_key)
            if role == "chat"
            else (settings.embed_url, settings.embed_model, settings.embed_key)
        )
        own = {place(where) for where in (given, model) if where and is_server(where)}
        return key_setting.get_secret_value() if key_setting and place(url) in own else None

    def spec_of(self, name: str) -> Spec:
        """An engine of the list, or any other usable name. Raises what `checked` raises."""
        found = next((spec for spec in self.specs() if spec.name == name), None)
        return found or self._spec(self.checked("chat", name))

    def checked(self, role: Role, name: str) -> str:
        """The name as it is remembered. Raises BadInput, Forbidden, NotFound, Unreadable, ModelFailed where
        it stands for nothing usable."""
        name = hub_url(name.strip(), self.settings.hub)
        if is_server(name):
            checked_url(name.partition("#")[0])
            return name
        if role == "embed":
            if name != E5_SMALL.name:
                raise ModelFailed("“{name}” is no embedding model that this studio can run.", name=name)
        elif name == E5_SMALL.name:
            raise ModelFailed("“{name}” makes vectors; it cannot talk.", name=name)
        elif name not in CATALOGUE and not is_gguf_url(name):
            path = gguf_path(name)
            inspect(path)
            return str(path)
        return name

    def add(self, name: str, key: str | None = None, *, first: bool = False) -> str:
        """Puts an engine at the end, or at the beginning. Raises what `checked` raises, Conflict when it is
        there already; a key that is given is kept in any case."""
        name = self.checked("chat", name)
        if key:
            if not is_server(name):
                raise BadInput("Only a server has a key.")
            self.keys.keep(name.partition("#")[0], key)
        names = self.names()
        if name in names and not first:
            raise Conflict("“{name}” is among the engines already.", name=name)
        others = [one for one in names if one != name]
        self._arrange([name, *others] if first else [*others, name])
        return name

    def remove(self, name: str) -> None:
        """Takes an engine off the list, and forgets its key when no other is at its place. Raises NotFound;
        Conflict for the last one."""
        names = self.names()
        if name not in names:
            with contextlib.suppress(BadInput, NotFound):  # a path may be written in many ways
                name = str(gguf_path(name))
        if name not in names:
            raise NotFound("There is no engine “{name}”.", name=name)
        if len(names) == 1:
            raise Conflict("This is the only engine: choose another first.")
        names.remove(name)
        self._arrange(names)
        if is_server(name) and not any(is_server(one) and place(one) == place(name) for one in names):
            self.keys.forget(name.partition("#")[0])

    def move(self, name: str, to: int) -> None:
        """Gives an engine another place in the order, 0 being the first. Raises NotFound."""
        names = self.names()
        if name not in names:
            raise NotFound("There is no engine “{name}”.", name=name)
        names.remove(name)
        names.insert(max(0, min(to, len(names))), name)
        self._arrange(names)

    def use(self, role: Role, name: str) -> str:
        """Makes a model the first of its role. Raises what `checked` raises."""
        name = self.checked(role, name)
        after = self.names()[1:]
        self.choices.write(role, name)
        if role == "chat" and name in after:
            self.choices.write_fallbacks([one for one in after if one != name])
        return name

    def _arrange(self, names: list[str]) -> None:
        first, *rest = names
        self.choices.write_fallbacks(rest)
        if first != self.name_of("chat") or self.choices.read().get("chat"):
            self.choices.write("chat", first)
