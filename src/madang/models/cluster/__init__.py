"""Chat models on many machines: replicas on Ray Serve, and what the studio sends them and takes from them."""
