"""Questions made by rules from texts at large, to calibrate on: none of a benchmark."""
