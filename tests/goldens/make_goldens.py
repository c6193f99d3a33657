#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the golden files beside this script, each by the package that defines what is right. They are committed;
Python is needed only to make them again:   make_goldens.py     (torch, transformers 5, tokenizers, safetensors, gguf)

  llama-*/ mistral*/ qwen*/ phi3*/   checkpoints as transformers saves them, random weights. Norm weights and biases are moved away from
                     1 and 0, because a loader that forgets them would otherwise pass. expected.safetensors holds
                     tokens I32 [n] · logits F32 [n, vocab], in float32 from the stored weights · greedy I32 [16]
  NAME.gguf          some of them again, in the names and the row order of llama.cpp
  tokenizer-*/       small vocabularies trained by tokenizers, and what it makes of unpleasant texts
  types.safetensors  every element type that torch has, from safetensors
  blocks.gguf        F32, F16, BF16, Q8_0, Q4_0 and every kind of key, from gguf; blocks.safetensors: their values
"""
import json
import pathlib
import shutil

import gguf
import numpy
import tokenizers
import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM
from transformers import LlamaConfig, MistralConfig, Phi3Config, Qwen2Config, Qwen3Config
from transformers.utils import logging

logging.disable_progress_bar()

HERE = pathlib.Path(__file__).resolve().parent
SHAPE = dict(vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
             tie_word_embeddings=False, rope_parameters=dict(rope_type="default", rope_theta=10000.0))
LLAMA3 = dict(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=40)
LONGROPE = dict(rope_type="longrope", rope_theta=500.0, original_max_position_embeddings=20)


def golden(name, family=LlamaConfig, dtype=torch.float32, hub=False, tokens=12, seed=1, save=None, **changes):
    """One checkpoint. `hub` rewrites config.json to the spelling that most files of the hub have."""
    directory = HERE / name
    for attempt in range(seed, seed + 100):
        torch.manual_seed(attempt)
        # Phi-3's padding token would be outside this vocabulary.
        shape = SHAPE | (dict(pad_token_id=None) if family is Phi3Config else {}) | changes
        model = AutoModelForCausalLM.from_config(family(**shape), attn_implementation="eager")
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
        model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").eval()
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
    for outside in ("partial_rotary_factor", "original_max_position_embeddings"):  # where Phi-3 has them
        if config["model_type"] == "phi3" and outside in rope:
            config[outside] = rope.pop(outside)
    config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    if config["model_type"] == "phi3" and config["rope_scaling"]:
        rope["type"] = rope.pop("rope_type")
    config["torch_dtype"] = config.pop("dtype")
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


CHECKPOINTS = {
    "llama-gqa": dict(),
    "llama-mqa": dict(num_key_value_heads=1),
    "llama-mha-tied": dict(num_key_value_heads=4, tie_word_embeddings=True, vocab_size=320, dtype=torch.bfloat16),
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
    # Windows narrower than the text; Mistral's in all layers, Qwen's in the upper one only.
    "mistral": dict(family=MistralConfig, sliding_window=None, head_dim=16, dtype=torch.float16),
    "mistral-window": dict(family=MistralConfig, sliding_window=7, tokens=24, dtype=torch.bfloat16, hub=True),
    "qwen2": dict(family=Qwen2Config, dtype=torch.bfloat16, hub=True, tie_word_embeddings=True),
    "qwen2-window-yarn": dict(family=Qwen2Config, use_sliding_window=True, sliding_window=6, max_window_layers=1,
                              tokens=40, rope_parameters=dict(rope_type="yarn", rope_theta=500.0, factor=4.0,
                                                              original_max_position_embeddings=32)),
    "qwen3": dict(family=Qwen3Config, head_dim=16, attention_bias=True),
    "qwen3-tied": dict(family=Qwen3Config, head_dim=12, tie_word_embeddings=True, dtype=torch.bfloat16, hub=True),
    "phi3": dict(family=Phi3Config, sliding_window=9, tokens=24, dtype=torch.bfloat16, hub=True),
    # The prompt is within the original context, what is generated from it leaves it; and one beyond from the start.
    "phi3-longrope": dict(family=Phi3Config, original_max_position_embeddings=20, dtype=torch.float16, rope_parameters=LONGROPE | dict(
        short_factor=[1.0, 1.2], long_factor=[2.0, 6.0], partial_rotary_factor=0.5)),
    "phi3-longrope-hub": dict(family=Phi3Config, original_max_position_embeddings=20, dtype=torch.bfloat16, hub=True,
                              tokens=24, rope_parameters=LONGROPE | dict(
        short_factor=[1.0, 1.1, 1.2, 1.3], long_factor=[1.5, 2.0, 4.0, 8.0])),
}



def permuted(rows, heads):
    """Query or key rows in llama.cpp's order: it rotates neighbours, Hugging Face the halves of a head."""
    return rows.reshape(heads, 2, -1, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def golden_gguf(name, tokenizer=None):
    """The checkpoint `name` again as name.gguf, BF16 matrices."""
    model = AutoModelForCausalLM.from_pretrained(HERE / name, dtype=torch.float32)
    config = model.config
    rope = config.rope_parameters
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    out = gguf.GGUFWriter(HERE / f"{name}.gguf", config.model_type)
    out.add_context_length(config.max_position_embeddings)
    out.add_embedding_length(config.hidden_size)
    out.add_block_count(config.num_hidden_layers)
    out.add_feed_forward_length(config.intermediate_size)
    out.add_head_count(config.num_attention_heads)
    out.add_head_count_kv(config.num_key_value_heads)
    out.add_key_length(head_dim)
    out.add_value_length(head_dim)
    out.add_layer_norm_rms_eps(config.rms_norm_eps)
    out.add_rope_dimension_count(int(head_dim * rope.get("partial_rotary_factor", 1)))
    out.add_rope_freq_base(rope["rope_theta"])
    out.add_vocab_size(config.vocab_size)
    if getattr(config, "sliding_window", None):
        out.add_sliding_window(config.sliding_window)
    if tokenizer:
        description = json.loads(tokenizer.to_str())
        words = {v: k for k, v in tokenizer.get_vocab().items()}
        special = {t["id"] for t in description["added_tokens"]}
        out.add_tokenizer_model("gpt2")
        out.add_tokenizer_pre("llama-bpe")
        out.add_token_list([words.get(i, f"[PAD{i}]") for i in range(config.vocab_size)])
        out.add_token_types([3 if i in special else 1 if i in words else 5 for i in range(config.vocab_size)])
        out.add_token_merges([" ".join(m) for m in description["model"]["merges"]])
        out.add_bos_token_id(config.bos_token_id)
        out.add_eos_token_id(config.eos_token_id)
        out.add_add_bos_token(True)
    names = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
             "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
             "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
             "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
             "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
             "self_attn.qkv_proj": "attn_qkv", "mlp.gate_up_proj": "ffn_up"}
    if rope["rope_type"] == "llama3":
        plain = rope["rope_theta"] ** -(numpy.arange(0, head_dim, 2) / head_dim)
        out.add_tensor("rope_freqs.weight", (plain / model.model.rotary_emb.inv_freq.numpy()).astype(numpy.float32))
    if rope["rope_type"] == "longrope":  # two tables, and no type
        out.add_rope_scaling_orig_ctx_len(config.original_max_position_embeddings)
        out.add_rope_scaling_attn_factors(model.model.rotary_emb.attention_scaling)
        for length in ("long", "short"):
            out.add_tensor(f"rope_factors_{length}.weight", numpy.array(rope[f"{length}_factor"], numpy.float32))
    for key, weight in model.state_dict().items():
        if key == "lm_head.weight" and config.tie_word_embeddings:
            continue
        stem, values = key.rsplit(".", 1)  # weight or bias
        block = ""
        if stem.startswith("model.layers."):
            _, _, number, stem = stem.split(".", 3)
            block = f"blk.{number}."
        weight = weight.numpy()
        if config.model_type == "llama" and stem in ("self_attn.q_proj", "self_attn.k_proj"):
            weight = permuted(weight, config.num_attention_heads if "q_proj" in key else config.num_key_value_heads)
        if weight.ndim == 1:
            out.add_tensor(f"{block}{names[stem]}.{values}", weight)
        else:
            kind = gguf.GGMLQuantizationType.BF16
            out.add_tensor(f"{block}{names[stem]}.weight", gguf.quantize(weight, kind), raw_dtype=kind)
    close(out)


def close(out):
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def golden_blocks():
    random = numpy.random.default_rng(7)
    out = gguf.GGUFWriter(HERE / "blocks.gguf", "llama")
    out.add_uint8("kind.u8", 200)
    out.add_int8("kind.i8", -100)
    out.add_uint16("kind.u16", 60000)
    out.add_int16("kind.i16", -30000)
    out.add_uint32("kind.u32", 4000000000)
    out.add_int32("kind.i32", -2000000000)
    out.add_float32("kind.f32", 0.1)
    out.add_bool("kind.bool", True)
    out.add_string("kind.string", "Größe")
    out.add_uint64("kind.u64", 2**63)
    out.add_int64("kind.i64", -(2**63))
    out.add_float64("kind.f64", 0.1)
    out.add_array("kind.strings", ["a", "", "b"])
    out.add_array("kind.numbers", [1, -2, 3])
    out.add_array("kind.bools", [True, False])
    weights = (random.standard_normal((3, 64)) * 0.1).astype(numpy.float32)
    weights[1, :32] = 0  # a block without a scale
    values = {}
    for kind in ("F32", "F16", "BF16", "Q8_0", "Q4_0"):
        kind = gguf.GGMLQuantizationType[kind]
        stored = gguf.quantize(weights, kind)
        out.add_tensor(kind.name, stored, raw_dtype=kind)
        values[kind.name] = torch.from_numpy(gguf.dequantize(stored, kind).reshape(weights.shape).copy())
    close(out)
    save_file(values, HERE / "blocks.safetensors")


def golden_types():
    kinds = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
             torch.int8, torch.uint8, torch.bool, torch.float8_e4m3fn, torch.float8_e5m2]
    tensors = {str(k).removeprefix("torch."): (torch.arange(6).reshape(2, 3) % 4).to(k) for k in kinds}
    tensors |= {"scalar": torch.tensor(7.0), "empty": torch.zeros(2, 0), "name with \"quotes\" and ü": torch.ones(1)}
    save_file(tensors, HERE / "types.safetensors", metadata={"format": "pt", "note": "zwölf Typen"})


LLAMA3_WORDS = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
                r"|\s*[\r\n]+|\s+(?!\S)|\s+")
TEXTS = [
    "", " ", "a", "Hello world", " Hello", "Hello, world!", "the quantizer quantizes quantized weights",
    "I'll, we've, THEY'RE, it'S, don't, 'tis, 's", "it'\u017f a long s", "1", "12", "123", "1234", "a 1", "3.14159e-10",
    "0x1F600", "v2.0-rc1", "x = y + z; // code", "def f(x):\n    return x ** 2\n", "\n", "\n\n\n", "a\n\n\nb", "a \n b",
    "a\r\nb\r\n\r\n", "\t\ttabs\there", "  two  spaces  ", "trailing   ", "   leading", "a                    b",
    "nbsp\u00a0here", "em\u2003space", "ideographic\u3000space", "next\u0085line", "line\u2028separator",
    "zero\u200bwidth", "日本語のテキスト", "Größe, naïve, Ærøskøbing", "e\u0301 decomposed", "Ελληνικά", "русский текст",
    "עברית", "العربية ٣٤٥", "हिन्दी", "Ⅷ ² ½ ①", "👩‍👩‍👧‍👦 family", "🇩🇪🇫🇷", "\U0001f600\U0001f601", "\x00\x01\x7f",
    "\ue000 private", "\uffff", "“quotes”—dash…", "a_b_c", "snake_case.CamelCase", "!!!???...", "$100,000.00",
    "http://example.org/?q=1&r=2", "<|end|>", "<|begin|>text<|end|>", "a <|begin|> b", "a <|end|>", "<|begin|><|begin|>",
    "<|begi", "<|begin|", "x<|end|>y", "<mask>", "a <mask> b", "a\t <mask>\n b", "<mask><mask>", "word", "a word here",
    "sword wordy words", "word.", "(word)", "über word über", "grün", "a grün b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "ababababababababababababababababababa", "the " * 30, "\u0130 \u0131 ß ẞ", "ﬁ ligature", "\u1e9b\u0323", "x" * 200,
    "mixed 日本 and English 123 and\ttabs", "end with newline\n", "\n start", " \n \n ", "a\u00a0\u00a0b", "¼ cup",
]

CORPUS = """
A language model reads a text as a list of tokens, and a tokenizer decides which. It begins with the bytes of the text,
looks for the pair of neighbours that the training text had most often, and joins it; then for the next pair, until
none is left. So the words that we write every day, like the, and, that, with, from, have, become one token each, while
a rare word like quantization falls into pieces: quant, iz, ation. Numbers are cut into digits or into groups of three.
The weights of the model are stored in sixteen bits, in eight, or in four; a scale for each group of weights says what
the codes mean. We quantize the weights, we adapt the model to a task, and we decide which of the options is worth its
price. Don't take our word for it: measure it! You'll see that it's not always the smallest model that's the cheapest.
for (int i = 0; i < rows; ++i) { for (int j = 0; j < cols; ++j) { sum += weights[i][j] * inputs[j]; } }
def quantize(weights, bits=4):
    scale = max(abs(w) for w in weights) / (2 ** (bits - 1) - 1)
    return [round(w / scale) for w in weights], scale
"""


def train(size, pre, post=None, ignore_merges=False):
    made = tokenizers.Tokenizer(tokenizers.models.BPE(ignore_merges=ignore_merges))
    made.pre_tokenizer = pre
    made.decoder = tokenizers.decoders.ByteLevel()
    made.train_from_iterator([CORPUS] + TEXTS, tokenizers.trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<|pad|>", "<|begin|>", "<|end|>"], show_progress=False,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()))
    begin = tokenizers.processors.TemplateProcessing(single="<|begin|> $A", special_tokens=[("<|begin|>", 1)])
    levels = tokenizers.processors.ByteLevel(trim_offsets=False)
    made.post_processor = tokenizers.processors.Sequence([levels, begin]) if post == "begin" else levels
    return made


def golden_tokenizer(name, made, old_merges=False):
    directory = HERE / name
    directory.mkdir(exist_ok=True)
    description = json.loads(made.to_str())
    if old_merges:  # as files before 2024 have them
        description["model"]["merges"] = [" ".join(merge) for merge in description["model"]["merges"]]
    (directory / "tokenizer.json").write_text(json.dumps(description, ensure_ascii=False) + "\n")
    made = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    rows = [{"text": text, "ids": made.encode(text).ids, "plain": made.encode(text, add_special_tokens=False).ids,
             "decoded": made.decode(made.encode(text).ids), "shown": made.decode(made.encode(text).ids, False)}
            for text in TEXTS]
    (directory / "expected.json").write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


def make_tokenizers():
    level, split = tokenizers.pre_tokenizers.ByteLevel, tokenizers.pre_tokenizers.Split
    sequence, digits = tokenizers.pre_tokenizers.Sequence, tokenizers.pre_tokenizers.Digits
    token = tokenizers.AddedToken
    golden_tokenizer("tokenizer-gpt2", train(500, level(add_prefix_space=False)), old_merges=True)
    llama3 = sequence([split(tokenizers.Regex(LLAMA3_WORDS), "isolated"), level(add_prefix_space=False, use_regex=False)])
    golden_tokenizer("tokenizer-llama3", train(500, llama3, post="begin", ignore_merges=True))
    smollm2 = sequence([digits(individual_digits=True), level(add_prefix_space=False)])
    golden_tokenizer("tokenizer-smollm2", train(500, smollm2))
    added = train(300, level(add_prefix_space=True))
    added.add_special_tokens([token("<mask>", lstrip=True, rstrip=True, special=True)])
    added.add_tokens([token("word", single_word=True), token("日本", normalized=True), token("the the", normalized=False)])
    golden_tokenizer("tokenizer-added", added)
    small = train(318, llama3, post="begin", ignore_merges=True)
    small.save(str(HERE / "llama-mha-tied" / "tokenizer.json"), pretty=False)
    return small


if __name__ == "__main__":
    for name, options in CHECKPOINTS.items():
        golden(name, **options)
    golden_gguf("llama-mha-tied", tokenizer=make_tokenizers())
    for name in ("llama-rope3-hub", "qwen2", "qwen3-tied", "phi3", "phi3-longrope-hub"):
        golden_gguf(name)
    golden_blocks()
    golden_types()
