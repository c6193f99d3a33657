#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the golden files beside this script: tiny checkpoints as transformers itself saves them, with the logits and
the greedy continuation it computes from them. The files are committed; Python is needed only to make them again.

  make_goldens.py [NAME …]      needs torch, transformers 5, tokenizers, safetensors, gguf

Weights are random. Norm weights and biases are moved away from 1 and 0, because a loader that forgets them would
otherwise pass. Each directory holds the model and expected.safetensors:
  tokens I32 [n] · logits F32 [n, vocab], computed in float32 from the stored weights · greedy I32 [16]
"""
import json
import pathlib
import shutil
import sys

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()

HERE = pathlib.Path(__file__).resolve().parent
SHAPE = dict(vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
             tie_word_embeddings=False, rope_parameters=dict(rope_type="default", rope_theta=10000.0))
LLAMA3 = dict(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=40)


def golden(name, dtype=torch.float32, hub=False, tokens=12, seed=1, save=None, **changes):
    """One checkpoint. `hub` rewrites config.json to the spelling that most files of the hub have."""
    directory = HERE / name
    for attempt in range(seed, seed + 100):
        torch.manual_seed(attempt)
        model = LlamaForCausalLM(LlamaConfig(**(SHAPE | changes), attn_implementation="eager"))
        with torch.no_grad():
            for key, weight in model.named_parameters():
                if weight.dim() == 2:
                    weight.normal_(0, 1.6 / weight.shape[1] ** 0.5)
                elif "norm" in key:
                    weight.uniform_(0.5, 1.5)
                else:
                    weight.normal_(0, 0.3)
        shutil.rmtree(directory, ignore_errors=True)
        model.to(dtype).save_pretrained(directory, **(save or {}))
        (directory / "generation_config.json").unlink(missing_ok=True)
        if hub:
            hub_spelling(directory / "config.json")
        # The stored weights, the arithmetic of float32.
        model = LlamaForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").eval()
        prompt = torch.randint(3, model.config.vocab_size, (1, tokens))
        with torch.no_grad():
            logits = model(prompt).logits[0]
            running, margin = prompt, float("inf")
            for _ in range(16):
                last = model(running).logits[0, -1]
                best = last.topk(2).values
                margin = min(margin, float((best[0] - best[1]) / last.abs().max()))
                running = torch.cat([running, last.argmax().reshape(1, 1)], 1)
        if margin > 0.01:  # no near tie: rounding cannot change the greedy tokens
            break
    save_file({"tokens": prompt[0].int(), "logits": logits.contiguous(),
               "greedy": running[0, tokens:].int()}, directory / "expected.safetensors")
    size = sum(f.stat().st_size for f in directory.iterdir())
    print(f"{name:22} {size:8} bytes, seed {attempt}, margin {margin:.3f}, largest logit {logits.abs().max():.2f}")


def hub_spelling(path):
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    config["torch_dtype"] = config.pop("dtype")
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


CHECKPOINTS = {
    "llama-gqa": dict(),
    "llama-mqa": dict(num_key_value_heads=1),
    "llama-mha-tied": dict(num_key_value_heads=4, tie_word_embeddings=True),
    "llama-hub-spelling": dict(hub=True, rope_parameters=dict(rope_type="default", rope_theta=500.0)),
    "llama-rope3": dict(rope_parameters=LLAMA3, head_dim=16, tokens=60),
    "llama-rope3-hub": dict(rope_parameters=LLAMA3, head_dim=16, tokens=60, hub=True, dtype=torch.bfloat16),
    "llama-rope-linear": dict(rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0),
                              dtype=torch.bfloat16, tokens=24),
    "llama-bias": dict(attention_bias=True, mlp_bias=True),
    "llama-head-dim": dict(head_dim=16),
    "llama-f16": dict(dtype=torch.float16),
    "llama-bf16": dict(dtype=torch.bfloat16),
    "llama-sharded": dict(save=dict(max_shard_size="24KB"), dtype=torch.bfloat16),
}

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for name, options in CHECKPOINTS.items():
        if not wanted or name in wanted:
            golden(name, **options)
