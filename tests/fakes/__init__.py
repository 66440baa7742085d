"""Stand-ins for what a unit test must not load: model weights and the network."""
