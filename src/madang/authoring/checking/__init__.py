"""Checks: asked of the draft (`run`), judged (`judge`), suggested from what a character knows (`suggest`)."""
