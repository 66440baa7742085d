"""Which package indexes and certificates pip is told to use here, read from its files and environment."""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Mapping
from pathlib import Path

DEFAULT_INDEX = "https://pypi.org/simple"


def _files(environment: Mapping[str, str]) -> list[Path]:
    """pip's configuration files, the strongest last."""
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = Path.home()
    configs = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    system = [
        Path(folder) / "pip" / "pip.conf"
        for folder in reversed((environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"))
        if folder
    ]
    return [
        *system,
        Path("/etc/pip.conf"),
        Path("/Library/Application Support/pip/pip.conf"),
        home / ".pip" / "pip.conf",
        configs / "pip" / "pip.conf",
        home / "Library" / "Application Support" / "pip" / "pip.conf",
        Path(sys.prefix) / "pip.conf",
        *([Path(named)] if named else []),
    ]


def options(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """pip's options by long name, such as `index-url`; the environment is stronger than the files."""
    found: dict[str, str] = {}
    for path in _files(environment):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue  # pip itself will complain; another file may still name an index
        for section in ("global", "install", "download"):
            if parser.has_section(section):
                found.update(parser.items(section))
    for name, value in environment.items():
        if name.startswith("PIP_") and value:
            found[name[4:].lower().replace("_", "-")] = value
    return found


def indexes(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Addresses of simple indexes, in order, without a closing slash. Empty where pip is told to use none."""
    told = options(environment)
    if told.get("no-index", "").strip().lower() in ("1", "true", "yes", "on"):
        return []
    listed = [told.get("index-url", DEFAULT_INDEX), *told.get("extra-index-url", "").split()]
    return list(dict.fromkeys(address.strip().rstrip("/") for address in listed if address.strip()))


def certificates(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Files of certificate authorities besides the system's own, such as a company's."""
    named = [
        options(environment).get("cert"),
        environment.get("REQUESTS_CA_BUNDLE"),
        environment.get("SSL_CERT_FILE"),
    ]
    return list(dict.fromkeys(path for path in named if path and Path(path).is_file()))
