#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes training.safetensors: twenty steps as PyTorch does them, float32, from the checkpoints beside this script.
Committed; Python is needed only to make it again:   make_training_golden.py     (torch, transformers 5, peft, safetensors)

  tokens            I32 [20, 4, 12]   four sequences a step; the first three tokens of the second are a prompt
  full              F32 [20]          loss before each step: llama-gqa, everything learned
  lora              F32 [20]          llama-bias (attention and MLP biases), LoRA of rank 4, alpha 8 on all linear layers
  <layer>.lora_A.weight  F32          where the adapters of `lora` begin; their B begins at zero

AdamW with rate 5e-3, betas .9 and .97, decay .05 on matrices, gradients clipped to length 1.
"""
import pathlib

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import LlamaForCausalLM

HERE = pathlib.Path(__file__).resolve().parent
STEPS, SEQUENCES, LENGTH, PROMPT = 20, 4, 12, 3
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def losses(model, tokens):
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": [p for p in learned if p.dim() == 2], "weight_decay": 0.05},
                                   {"params": [p for p in learned if p.dim() != 2], "weight_decay": 0.0}],
                                  lr=5e-3, betas=(0.9, 0.97), eps=1e-8)
    seen = []
    for step in tokens:
        labels = step.clone().long()
        labels[1, :PROMPT] = -100
        loss = model(input_ids=step.long(), labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        seen.append(loss.item())
    return torch.tensor(seen)


torch.manual_seed(5)
# The next token is the one before, three further on: something that can be learned in twenty steps.
tokens = torch.randint(3, 96, (STEPS, SEQUENCES, 1), dtype=torch.int32)
tokens = (tokens - 3 + 3 * torch.arange(LENGTH, dtype=torch.int32)) % 93 + 3
out = {"tokens": tokens.contiguous()}
load = lambda name: LlamaForCausalLM.from_pretrained(HERE / name, dtype=torch.float32, attn_implementation="eager")
out["full"] = losses(load("llama-gqa"), tokens)
model = get_peft_model(load("llama-bias"), LoraConfig(r=4, lora_alpha=8, target_modules=LINEAR, task_type="CAUSAL_LM"))
for key, value in model.state_dict().items():
    if "lora_A" in key:
        out[key.replace("base_model.model.", "").replace(".default", "")] = value.clone()
out["lora"] = losses(model, tokens)
save_file(out, HERE / "training.safetensors")
print("full", out["full"].tolist(), "lora", out["lora"].tolist(), sep="\n")
