"""Libraries that are large and rarely needed are loaded when first used, so that the studio opens sooner."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType


def lazy(name: str) -> ModuleType:
    """The module `name`, loaded when the first of its attributes is asked for.

    For type checkers write `if TYPE_CHECKING: import name` beside it. Raises ImportError at once when the
    module is not installed.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} is not installed", name=name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    package, _, last = name.rpartition(".")
    if package:  # as an import does: others find it there
        setattr(sys.modules[package], last, module)
    spec.loader.exec_module(module)
    return module
