"""Models: the weights of a role, and the runtimes that run them."""
