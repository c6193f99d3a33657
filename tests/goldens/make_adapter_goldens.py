#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the golden adapters beside this script, by PEFT, on checkpoints that make_goldens.py wrote. They are committed;
Python is needed only to make them again, or for --check (torch, transformers 5, peft, safetensors).

  adapter-all-linear/  on llama-gqa: rank 4, alpha 8, every linear layer, F32
  adapter-fused/       on phi3: rank 3, the matrices that its files hold as one
  adapter-patterns/    on llama-bias: rsLoRA, ranks and alphas by pattern, the head among the targets, BF16
    expected.safetensors holds tokens I32 [n] · logits F32 [n, vocab] · greedy I32 [16] of the adapted model, in float32

  make_adapter_goldens.py --check MODEL LOGITS.json [--adapter DIR]
    how far PEFT (or, without an adapter, transformers) is from what  ./qad logits MODEL … --all --json  printed;
    status 1 when the largest difference is more than 1e-4 of the largest logit
"""
import argparse
import json
import pathlib
import shutil
import sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()

HERE = pathlib.Path(__file__).resolve().parent
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
ADAPTERS = {
    "adapter-all-linear": ("llama-gqa", torch.float32, dict(r=4, lora_alpha=8, target_modules=LINEAR)),
    "adapter-patterns": ("llama-bias", torch.bfloat16, dict(
        r=4, lora_alpha=6, use_rslora=True, target_modules=["q_proj", "o_proj", "down_proj", "lm_head"],
        rank_pattern={"o_proj": 2, "layers.1.mlp.down_proj": 6}, alpha_pattern={r"layers\.[01]\.self_attn\.q_proj": 3.0})),
    "adapter-fused": ("phi3", torch.float32, dict(r=3, lora_alpha=6, target_modules=["qkv_proj", "gate_up_proj", "down_proj"])),
}


def base_of(path):
    """The stored weights, the arithmetic of float32."""
    return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32, attn_implementation="eager").eval()


def adapted(base, adapter):
    model = PeftModel.from_pretrained(base_of(base), adapter).eval().float()
    return model


def golden(name, base, dtype, options, seed=3, tokens=12):
    directory = HERE / name
    for attempt in range(seed, seed + 100):
        torch.manual_seed(attempt)
        model = get_peft_model(base_of(HERE / base), LoraConfig(task_type="CAUSAL_LM", **options))
        with torch.no_grad():
            for key, weight in model.named_parameters():
                if "lora_B" in key:  # a fresh B is zero, which would prove nothing
                    weight.normal_(0, 0.3)
                if "lora_" in key:
                    weight.copy_(weight.to(dtype))
        shutil.rmtree(directory, ignore_errors=True)
        if dtype != torch.float32:
            for key, weight in model.named_parameters():
                if "lora_" in key:
                    weight.data = weight.data.to(dtype)
        model.save_pretrained(directory, save_embedding_layers=False)
        (directory / "README.md").unlink(missing_ok=True)
        config = json.loads((directory / "adapter_config.json").read_text())
        config["base_model_name_or_path"] = base
        config["target_modules"] = sorted(config["target_modules"])
        (directory / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")

        model, plain = adapted(HERE / base, directory), base_of(HERE / base)
        prompt = torch.randint(3, plain.config.vocab_size, (1, tokens))
        with torch.no_grad():
            logits = model(prompt).logits[0]
            moved = float((logits - plain(prompt).logits[0]).abs().max() / logits.abs().max())
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
    print(f"{name:22} {size:8} bytes, seed {attempt}, margin {margin:.3f}, largest logit {logits.abs().max():.2f}, "
          f"the adapter moves them by {moved:.2f} of that")


def check(model, logits, adapter):
    said = json.loads(pathlib.Path(logits).read_text())
    theirs = adapted(model, adapter) if adapter else base_of(model)
    with torch.no_grad():
        want = theirs(torch.tensor([said["tokens"]])).logits[0]
    got = torch.tensor(said["logits"])
    worst = float((got - want).abs().max() / want.abs().max())
    print(f"{want.shape[0]} x {want.shape[1]} logits, largest {want.abs().max():.4f}: "
          f"largest difference {worst:.3g} of the largest logit")
    return 0 if worst <= 1e-4 else 1


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--check", nargs=2, metavar=("MODEL", "LOGITS.json"))
    arguments.add_argument("--adapter")
    chosen = arguments.parse_args()
    if chosen.check:
        sys.exit(check(*chosen.check, chosen.adapter))
    for name, facts in ADAPTERS.items():
        golden(name, *facts)
