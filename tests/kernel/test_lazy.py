"""A library that is loaded when first used is also found by those who import it in the usual way."""

from __future__ import annotations

import subprocess
import sys


def test_a_module_of_a_package_is_its_attribute_too() -> None:
    code = (
        "from madang.kernel.lazy import lazy; image = lazy('PIL.Image'); import PIL.Image; import sys; "
        "assert PIL.Image is image; assert image.new('L', (1, 1)).size == (1, 1)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
