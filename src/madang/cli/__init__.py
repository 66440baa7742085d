"""The command line. What is heavy is imported by the command that needs it: `--help` is instant."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with 0, 1 (one sentence on stderr), 2 (wrong usage) or 130 (Ctrl-C)."""
    if sys.argv[1:] == ["--version"]:
        from madang import __version__

        print(f"madang {__version__}")
        return
    from madang.cli.commands import app

    app(prog_name="madang")
