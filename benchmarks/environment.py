"""A Python environment for a peer: its packages are none of the project's."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path


def environment(name: str, packages: Sequence[str]) -> Path:
    """The interpreter of an environment in the temporary folder that holds `packages`, made once.

    Raises `CalledProcessError` when they cannot be installed.
    """
    folder = Path(tempfile.gettempdir()) / f"madang-peer-{name}"
    python, stamp = folder / "bin" / "python", folder / "packages"
    wanted = "\n".join(packages)
    if not stamp.is_file() or stamp.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *packages], check=True, stdout=sys.stderr)
        stamp.write_text(wanted)
    return python
