"""The program of `switch` that asks Hugging Face's `transformers`; it runs in an environment of its own.

Reads `{"weights", "threads", "prompts"}` as JSON from standard input, each prompt a list of chat messages.
Writes the milliseconds to each first token as a JSON list, the last line. The library reads a GGUF by making
32-bit numbers of it first.
"""

import json
import sys
import time
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def main() -> None:
    order = json.load(sys.stdin)
    torch.set_num_threads(order["threads"])
    weights = Path(order["weights"]).resolve()
    tokenizer = AutoTokenizer.from_pretrained(weights.parent, gguf_file=weights.name)
    model = AutoModelForCausalLM.from_pretrained(
        weights.parent, gguf_file=weights.name, dtype=torch.float32
    ).eval()
    first = []
    with torch.inference_mode():
        for messages in [order["prompts"][0], *order["prompts"]]:  # the first call allocates
            began = time.perf_counter()
            asked = tokenizer.apply_chat_template(
                messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
            model.generate(**asked, max_new_tokens=1, do_sample=False)
            first.append((time.perf_counter() - began) * 1000)
    print(json.dumps(first[1:]))


main()
