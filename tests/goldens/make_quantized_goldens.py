#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the checkpoints in quantized/ beside this script: one tiny Llama in every form that is read. They are committed; Python
is needed only to make them again:  make_quantized_goldens.py   (torch, transformers 5, compressed-tensors, bitsandbytes)

  gptq*, awq   packed here, word by word, as GPTQModel and AutoAWQ pack (both need a GPU to install)
  ct*          packed by compressed-tensors
  bnb*         quantized and saved by bitsandbytes

expected.safetensors holds tokens I32 [n] · logits F32 [n, vocab] · greedy I32 [8] of transformers with the weights that the
codes stand for: by the definition of the format for the first two, by the package's own decoder for the others.
"""
import json
import pathlib
import shutil
import tempfile

import numpy
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()
HERE = pathlib.Path(__file__).resolve().parent / "quantized"
SHAPE = dict(vocab_size=64, hidden_size=32, intermediate_size=96, num_hidden_layers=1, num_attention_heads=2,
             num_key_value_heads=2, max_position_embeddings=64, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
             tie_word_embeddings=True, rope_parameters=dict(rope_type="default", rope_theta=10000.0))


def base(seed, dtype=torch.float16):
    torch.manual_seed(seed)
    model = LlamaForCausalLM(LlamaConfig(**SHAPE, attn_implementation="eager"))
    with torch.no_grad():
        for key, weight in model.named_parameters():
            weight.normal_(0, 1.6 / weight.shape[-1] ** 0.5) if weight.dim() == 2 else weight.uniform_(0.5, 1.5)
    return model.to(dtype)


def linears(model):
    return {name: module for name, module in model.named_modules() if isinstance(module, torch.nn.Linear) and "layers" in name}


def finish(name, write, seeds=range(1, 200), dtype=torch.float16):
    """write(model, directory) → the weight that each linear layer's codes stand for. Seeds are tried until no greedy token
    is a near tie."""
    directory = HERE / name
    for seed in seeds:
        model = base(seed, dtype)
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        decoded = write(model, directory)
        stored, model = base(seed, dtype).state_dict(), LlamaForCausalLM(LlamaConfig(**SHAPE, attn_implementation="eager")).eval()
        model.load_state_dict(stored)  # not .float(), which would leave the frequencies of RoPE rounded
        with torch.no_grad():
            for key, module in linears(model).items():
                assert decoded[key].shape == module.weight.shape
                module.weight.copy_(decoded[key])
            prompt = torch.randint(3, 64, (1, 10), generator=torch.Generator().manual_seed(seed))
            logits = model(prompt).logits[0]
            running, margin = prompt, float("inf")
            for _ in range(8):
                last = model(running).logits[0, -1]
                best = last.topk(2).values
                margin = min(margin, float((best[0] - best[1]) / last.abs().max()))
                running = torch.cat([running, last.argmax().reshape(1, 1)], 1)
        if margin > 0.06:  # not even int8 activations change the greedy tokens
            break
    (directory / "generation_config.json").unlink(missing_ok=True)
    save_file({"tokens": prompt[0].int(), "logits": logits.contiguous(), "greedy": running[0, 10:].int()},
              directory / "expected.safetensors")
    for file in directory.iterdir():
        file.chmod(0o644)
    size = sum(f.stat().st_size for f in directory.iterdir())
    print(f"{name:16} {size:7} bytes, seed {seed}, margin {margin:.3f}")


def save(model, directory, parts, config):
    """The model with the tensors `parts` in place of the linear layers' weights."""
    kept = {key: value for key, value in model.state_dict().items()
            if key != "lm_head.weight" and key.removesuffix(".weight") not in linears(model)}
    save_file({k: v.contiguous() for k, v in (kept | parts).items()}, directory / "model.safetensors", metadata={"format": "pt"})
    with tempfile.TemporaryDirectory() as scratch:
        model.config.save_pretrained(scratch)
        described = json.loads((pathlib.Path(scratch) / "config.json").read_text())
    described["quantization_config"] = config
    (directory / "config.json").write_text(json.dumps(described, indent=2, sort_keys=True) + "\n")


def rounded(weight, bits, groups, symmetric):
    """codes 0 … 2^b − 1 [O, I], scales f16 [O, G], zeros [O, G] of the columns' groups."""
    w = weight.float().numpy()
    top, count = 2**bits - 1, int(groups.max()) + 1
    scales, zeros = numpy.zeros((len(w), count), numpy.float16), numpy.zeros((len(w), count), numpy.int64)
    for g in range(count):
        part = w[:, groups == g]
        if symmetric:
            scales[:, g] = abs(part).max(1) / (top / 2)
            zeros[:, g] = 2 ** (bits - 1)
        else:
            low, high = numpy.minimum(part.min(1), 0), numpy.maximum(part.max(1), 0)
            scales[:, g] = (high - low) / top
            zeros[:, g] = numpy.clip(numpy.round(-low / scales[:, g].astype(numpy.float32)), 0, top)
    s = scales.astype(numpy.float32)[:, groups]
    codes = numpy.clip(numpy.round(w / s) + zeros[:, groups], 0, top).astype(numpy.int64)
    return codes, scales, zeros, torch.from_numpy(s * (codes - zeros[:, groups]).astype(numpy.float32))


def stream(codes, bits):
    """The codes of the last axis as 32-bit words, lowest bit first, without gaps."""
    length = codes.shape[-1] * bits
    assert length % 32 == 0
    planes = (codes[..., None] >> numpy.arange(bits)) & 1
    planes = planes.reshape(*codes.shape[:-1], length // 32, 32).astype(numpy.uint64)
    return (planes << numpy.arange(32, dtype=numpy.uint64)).sum(-1).astype(numpy.uint32)


def words(array):
    return torch.from_numpy(array.astype(numpy.uint32).view(numpy.int32).copy())


def gptq(bits=4, group=32, symmetric=True, version=1, desc_act=False, dynamic=None):
    def write(model, directory):
        random, parts, decoded = numpy.random.default_rng(5), {}, {}
        for name, module in linears(model).items():
            weight = module.weight.detach().clone()
            if not symmetric:
                weight[:3] = weight[:3].abs()  # zero points that are 0, where version 1 borrows
            b = (dynamic or {}).get(name.rsplit(".", 1)[1], bits)
            index = numpy.arange(weight.shape[1]) // group
            if desc_act:
                random.shuffle(index)
            codes, scales, zeros, decoded[name] = rounded(weight, b, index, symmetric)
            stored = stream(zeros.T, b)
            if version == 1 and b == 3:  # straddles words: field by field
                stored = stream((zeros.T - 1) % 8, b)
            elif version == 1:
                stored = stored - numpy.uint32(sum(1 << k for k in range(0, 32, b)))
            parts |= {name + ".qweight": words(stream(codes, b).T), name + ".qzeros": words(stored),
                      name + ".scales": torch.from_numpy(scales.T.copy()), name + ".g_idx": torch.from_numpy(index.astype(numpy.int32))}
        config = dict(quant_method="gptq", bits=bits, group_size=group, sym=symmetric, desc_act=desc_act, lm_head=False,
                      checkpoint_format="gptq" if version == 1 else "gptq_v2")
        if dynamic:
            config["dynamic"] = {rf"+:.*\.{key}": {"bits": b} for key, b in dynamic.items()}
        save(model, directory, parts, config)
        return decoded
    return write


def awq(model, directory):
    order, parts, decoded = [0, 2, 4, 6, 1, 3, 5, 7], {}, {}

    def pack(codes):  # [n, O]: nibble k of a word holds output order[k]
        eights = codes.reshape(len(codes), -1, 8)[:, :, order].astype(numpy.uint64)
        return words((eights << (4 * numpy.arange(8, dtype=numpy.uint64))).sum(-1))
    for name, module in linears(model).items():
        weight = module.weight.detach()
        codes, scales, zeros, decoded[name] = rounded(weight, 4, numpy.arange(weight.shape[1]) // 16, False)
        parts |= {name + ".qweight": pack(codes.T), name + ".qzeros": pack(zeros.T), name + ".scales": torch.from_numpy(scales.T.copy())}
    save(model, directory, parts, dict(quant_method="awq", bits=4, group_size=16, zero_point=True, version="gemm",
                                       modules_to_not_convert=None))
    return decoded


def compressed(form, schemes, dtype=torch.bfloat16):
    """schemes: (target, weights, group of columns shuffled, input activations), the first that matches a layer's name."""
    def write(model, directory):
        from compressed_tensors.compressors import BaseCompressor
        from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
        from compressed_tensors.quantization.utils import calculate_qparams
        packer, parts, decoded = BaseCompressor.get_value_from_registry(form), {}, {}
        random = numpy.random.default_rng(6)
        for name, module in linears(model).items():
            target, args, shuffled, inputs = next(s for s in schemes if s[0] in name)
            # Newer versions of the package no longer write actorder "group"; files of older ones have it.
            args = QuantizationArgs(**{k: v for k, v in args.items() if k != "actorder"})
            weight = module.weight.detach()
            size = args.group_size if args.strategy == "group" else weight.shape[1]
            index = numpy.arange(weight.shape[1]) // size
            if shuffled:
                random.shuffle(index)
            count = weight.shape[1] // size
            low = torch.stack([weight[:, index == g].min(1).values for g in range(count)], 1)
            high = torch.stack([weight[:, index == g].max(1).values for g in range(count)], 1)
            scale, zero = calculate_qparams(low, high, args)
            state = {"weight": weight, "weight_scale": scale.to(dtype)}
            if not args.symmetric:
                state["weight_zero_point"] = zero.to(torch.int8)
            # The packer wants neighbours; the file has the columns in their place and g_idx beside them.
            there = numpy.argsort(index, kind="stable")
            state["weight"] = weight[:, there]
            scheme = QuantizationScheme(targets=["Linear"], weights=args)
            packed = packer.compress(state, scheme)
            plain = packer.decompress({k: v for k, v in packed.items()} , scheme)["weight"].float()
            decoded[name] = torch.empty_like(plain)
            decoded[name][:, there] = exact(packed, args, plain, size)
            if shuffled:
                from compressed_tensors.compressors.pack_quantized.helpers import pack_to_int32, unpack_from_int32
                codes = unpack_from_int32(packed["weight_packed"], args.num_bits, weight.shape)
                placed = torch.empty_like(codes)
                placed[:, there] = codes
                packed["weight_packed"] = pack_to_int32(placed, args.num_bits)
                packed["weight_g_idx"] = torch.from_numpy(index.astype(numpy.int32))
            parts.update({f"{name}.{key}": value.contiguous() for key, value in packed.items()})
        groups = {f"group_{i}": dict(targets=["Linear" if target == "" else f"re:.*{target}.*"], weights=args, input_activations=inputs,
                                     output_activations=None) for i, (target, args, _, inputs) in enumerate(schemes)}
        save(model, directory, parts, dict(quant_method="compressed-tensors", format=form, quantization_status="compressed",
                                           ignore=["lm_head"], kv_cache_scheme=None, global_compression_ratio=None, config_groups=groups))
        return decoded
    return write


def exact(packed, args, plain, size):
    """The package multiplies in the type of its scales, bfloat16; this is scale · (code − zero) in float32, and the two may
    differ by that rounding alone."""
    from compressed_tensors.compressors.pack_quantized.helpers import unpack_from_int32
    codes = packed["weight"] if "weight" in packed else unpack_from_int32(packed["weight_packed"], args.num_bits, plain.shape)
    scale = packed["weight_scale"].float().repeat_interleave(size, 1)
    zero = torch.zeros_like(scale)
    if "weight_zero_point" in packed:
        z = unpack_from_int32(packed["weight_zero_point"], args.num_bits, (plain.shape[0], plain.shape[1] // size), packed_dim=0)
        zero = z.float().repeat_interleave(size, 1)
    value = scale * (codes.float() - zero)
    assert torch.allclose(value, plain, rtol=2**-7, atol=0)
    return value


def bitsandbytes(**options):
    def write(model, directory):
        import bitsandbytes.functional as functional
        with tempfile.TemporaryDirectory() as scratch:
            model.save_pretrained(scratch)
            quantized = AutoModelForCausalLM.from_pretrained(scratch, dtype=torch.float32, device_map="cpu",
                                                             quantization_config=BitsAndBytesConfig(**options))
        quantized.save_pretrained(directory)
        saved, decoded = load_file(directory / "model.safetensors"), {}
        for name, module in linears(quantized).items():
            if options.get("load_in_8bit"):
                decoded[name] = module.weight.data.float() * (module.weight.SCB.reshape(-1, 1) / 127)
            else:
                # From the file: in memory the package may keep another layout for this processor.
                key = name + ".weight"
                state = {k.removeprefix(key + "."): v for k, v in saved.items() if k.startswith(key + ".")}
                state = functional.QuantState.from_dict(state, device=torch.device("cpu"))
                # Rows of 64: bitsandbytes 0.50 decodes wrongly on the CPU where blocks do not end with a row.
                shape, state.shape = state.shape, torch.Size([module.in_features * module.out_features // 64, 64])
                decoded[name] = functional.dequantize_4bit(saved[key], state).float().reshape(shape)
        return decoded
    return write


INT4 = dict(num_bits=4, type="int", symmetric=True, strategy="group", group_size=32)
TOKEN = dict(num_bits=8, type="int", symmetric=True, strategy="token", dynamic=True)
if __name__ == "__main__":
    finish("gptq", gptq())
    finish("gptq-asym", gptq(group=16, symmetric=False, desc_act=True))
    finish("gptq-v2", gptq(bits=8, symmetric=False, version=2))
    finish("gptq-mixed", gptq(dynamic={"q_proj": 8, "o_proj": 3, "up_proj": 3, "k_proj": 2}, symmetric=False))
    finish("awq", awq)
    finish("ct", compressed("pack-quantized", [("", INT4, False, None)]), dtype=torch.bfloat16)
    finish("ct-asym", compressed("pack-quantized", [
        ("mlp", INT4 | dict(symmetric=False, group_size=16, actorder="group"), True, None),
        ("", dict(num_bits=8, type="int", symmetric=False, strategy="channel"), False, None)]), dtype=torch.bfloat16)
    finish("ct-w8a8", compressed("int-quantized", [
        ("", dict(num_bits=8, type="int", symmetric=True, strategy="channel"), False, TOKEN)]), dtype=torch.bfloat16)
    finish("bnb-nf4", bitsandbytes(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
                                             bnb_4bit_compute_dtype=torch.float32))
    finish("bnb-nf4-plain", bitsandbytes(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.float32))
    finish("bnb-int8", bitsandbytes(load_in_8bit=True))
