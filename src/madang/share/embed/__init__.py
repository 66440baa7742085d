"""A character on other websites: settings, the pass of a panel, what a pass may ask, and the switch."""
