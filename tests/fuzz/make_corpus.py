# SPDX-License-Identifier: MIT
"""Small files of each kind, good and nearly good, from which the fuzzers begin: corpus/KIND/*.

Python 3 alone; run from anywhere. The files are committed, so neither building nor testing needs this.
"""
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent / "corpus"


def write(kind, name, data):
    path = HERE / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


# ---- safetensors ---------------------------------------------------------------------------------
BITS = {"F64": 64, "I64": 64, "F32": 32, "BF16": 16, "F16": 16, "U8": 8, "I8": 8, "BOOL": 8, "F4": 4}


def safetensors(tensors, metadata=None, tail=b""):
    """tensors: [(name, dtype, shape)]; their bytes count upwards."""
    header, data = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for name, dtype, shape in tensors:
        count = 1
        for size in shape:
            count *= size
        size = count * BITS[dtype] // 8
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + size]}
        data += bytes(i % 251 for i in range(size))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data + tail


write("safetensors", "one", safetensors([("w", "F32", [2, 3])], {"format": "pt"}))
write("safetensors", "types", safetensors([(t.lower(), t, [2]) for t in BITS if t != "F4"]))
write("safetensors", "none", safetensors([], {}))
write("safetensors", "scalar-and-empty", safetensors([("s", "BF16", []), ("e", "F32", [0, 4]), ("t", "F16", [1, 1, 2])]))
write("safetensors", "large-empty", safetensors([("e", "F32", [1 << 40, 0]), ("f", "F32", [0, 1 << 62])]))
write("safetensors", "tail", safetensors([("w", "U8", [3])], tail=b"x"))
write("safetensors", "lfs", "version https://git-lfs.github.com/spec/v1\n")
write("safetensors", "deep", struct.pack("<Q", 80) + b"[" * 40 + b"]" * 40)
write("safetensors", "twice", struct.pack("<Q", 16) + b'{"a":{},"a":{}} ')


# ---- GGUF ------------------------------------------------------------------------------------------
U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)
FORMS = {U8: "B", I8: "b", U16: "H", I16: "h", U32: "I", I32: "i", F32: "f", BOOL: "?", U64: "Q", I64: "q", F64: "d"}


def string(text):
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(data)) + data


def value(kind, content):
    if kind == STRING:
        return string(content)
    if kind == ARRAY:
        of, elements = content
        return struct.pack("<IQ", of, len(elements)) + b"".join(value(of, e) for e in elements)
    return struct.pack("<" + FORMS[kind], content)


ROW_BYTES = {0: lambda n: 4 * n, 1: lambda n: 2 * n, 30: lambda n: 2 * n, 2: lambda n: n // 32 * 18, 8: lambda n: n // 32 * 34,
             12: lambda n: n // 256 * 144, 14: lambda n: n // 256 * 210}


def gguf(pairs, tensors, version=3, alignment=32):
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(pairs))
    for key, kind, content in pairs:
        head += string(key) + struct.pack("<I", kind) + value(kind, content)
    data = b""
    for name, kind, dims in tensors:
        rows = 1
        for size in dims[1:]:
            rows *= size
        head += string(name) + struct.pack("<I", len(dims)) + b"".join(struct.pack("<Q", d) for d in dims)
        head += struct.pack("<IQ", kind, len(data))
        row = bytes(i % 61 for i in range(ROW_BYTES[kind](dims[0])))
        data += row * rows
        data += bytes(-len(data) % alignment)
    head += bytes(-len(head) % alignment)
    return head + data


def llama(layers=1, words=8):
    pairs = [("general.architecture", STRING, "llama"), ("llama.embedding_length", U32, 4), ("llama.block_count", U32, layers),
             ("llama.feed_forward_length", U32, 4), ("llama.context_length", U32, 16), ("llama.attention.head_count", U32, 2),
             ("llama.attention.head_count_kv", U32, 1), ("llama.attention.layer_norm_rms_epsilon", F32, 1e-5),
             ("llama.rope.freq_base", F32, 10000.0)]
    tensors = [("token_embd.weight", 0, [4, words]), ("output_norm.weight", 0, [4])]
    for i in range(layers):
        at = f"blk.{i}."
        tensors += [(at + "attn_norm.weight", 0, [4]), (at + "ffn_norm.weight", 0, [4]), (at + "attn_q.weight", 0, [4, 4]),
                    (at + "attn_k.weight", 0, [4, 2]), (at + "attn_v.weight", 0, [4, 2]), (at + "attn_output.weight", 0, [4, 4]),
                    (at + "ffn_gate.weight", 1, [4, 4]), (at + "ffn_up.weight", 30, [4, 4]), (at + "ffn_down.weight", 0, [4, 4])]
    return pairs, tensors


def vocabulary(pre="gpt-2"):
    words = ["H", "i", "Ġ", "h", "e", "Hi", "<s>", "</s>"]
    return [("tokenizer.ggml.model", STRING, "gpt2"), ("tokenizer.ggml.pre", STRING, pre),
            ("tokenizer.ggml.tokens", ARRAY, (STRING, words)),
            ("tokenizer.ggml.token_type", ARRAY, (I32, [1] * 6 + [3, 3])), ("tokenizer.ggml.merges", ARRAY, (STRING, ["H i"])),
            ("tokenizer.ggml.bos_token_id", U32, 6), ("tokenizer.ggml.eos_token_id", U32, 7),
            ("tokenizer.ggml.add_bos_token", BOOL, True)]


def scored():
    words = ["<unk>", "<s>", "</s>", "<0x41>", "▁", "a", "▁a", "b"]
    return [("tokenizer.ggml.model", STRING, "llama"), ("tokenizer.ggml.tokens", ARRAY, (STRING, words)),
            ("tokenizer.ggml.scores", ARRAY, (F32, [0.0, 0, 0, 0, -1, -2, -3, -4])),
            ("tokenizer.ggml.token_type", ARRAY, (I32, [2, 3, 3, 6, 1, 1, 1, 1])), ("tokenizer.ggml.bos_token_id", U32, 1),
            ("tokenizer.ggml.eos_token_id", U32, 2), ("tokenizer.ggml.unknown_token_id", U32, 0)]


pairs, tensors = llama()
write("gguf", "llama", gguf(pairs + vocabulary(), tensors))
write("gguf", "llama-scaled", gguf(pairs + [("llama.rope.scaling.type", STRING, "linear"), ("llama.rope.scaling.factor", F32, 2.0)],
                                   tensors + [("output.weight", 0, [4, 8]), ("rope_freqs.weight", 0, [1])]))
write("gguf", "words", gguf(vocabulary("llama-bpe"), []))
write("gguf", "words-smollm", gguf(vocabulary("smollm"), []))
write("gguf", "words-scored", gguf(scored(), []))
write("gguf", "types", gguf([], [("a", 2, [32, 2]), ("b", 8, [32]), ("c", 12, [256]), ("d", 14, [256]), ("e", 1, [3]), ("f", 30, [2, 1, 2])]))
write("gguf", "values", gguf([(str(k), k, 1) for k in FORMS] + [("s", STRING, "x"), ("empty", ARRAY, (U8, []))] +
                             [(f"a{k}", ARRAY, (k, [1, 1])) for k in FORMS], [], version=2))
write("gguf", "alignment", gguf([("general.alignment", U32, 8)], [("a", 0, [3]), ("b", 0, [1])], alignment=8))
write("gguf", "empty-tensor", gguf([], [("a", 0, [0, 1 << 40]), ("b", 0, [1])]))


# ---- tokenizer.json --------------------------------------------------------------------------------
def alphabet():
    """GPT-2's letters for the 256 bytes."""
    plain = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or 174 <= b <= 255]
    letters, extra = {}, 0
    for b in range(256):
        if b in plain:
            letters[b] = chr(b)
        else:
            letters[b], extra = chr(256 + extra), extra + 1
    return list(letters.values())


LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}


def byte_level(words, merges, pre=LEVEL, added=(), post=None, **more):
    return {"version": "1.0", "added_tokens": list(added), "normalizer": None, "pre_tokenizer": pre, "post_processor": post,
            "decoder": {"type": "ByteLevel"},
            "model": {"type": "BPE", "vocab": {w: i for i, w in enumerate(words)}, "merges": merges, **more}}


def added(i, content, **flags):
    return {"id": i, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
            "special": True, **flags}


def dump(name, tokenizer):
    write("tokenizer_json", name, json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")))


template = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [3], "tokens": ["<s>"]}}}
dump("small", byte_level(["a", "b", "ab"], ["a b"], added=[added(3, "<s>", lstrip=True, rstrip=True, single_word=True)], post=template))
dump("pairs", byte_level(["a", "b", "ab"], [["a", "b"]], post={"type": "Sequence", "processors": [{"type": "ByteLevel"}, template]}))
dump("whole", byte_level(alphabet() + ["th", "Ġth"], ["t h", "Ġ th"], ignore_merges=True))
split = {"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"Regex": "\\p{L}+|\\p{N}{1,3}|\\s+(?!\\S)|\\s+"}, "behavior": "Isolated", "invert": False},
    {"type": "Digits", "individual_digits": True}, {"type": "Split", "pattern": {"String": "a"}, "behavior": "Removed", "invert": True},
    {**LEVEL, "use_regex": False}]}
dump("split", byte_level(["a", "b"], [], pre=split, added=[added(2, "b ", normalized=True, special=False)]))
dump("far", byte_level(["a"], [], added=[added(4000000, "<far>")]))
spaces = [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]
back = [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]
dump("fallback", {"added_tokens": [added(0, "<unk>"), added(1, "<s>")], "normalizer": {"type": "Sequence", "normalizers": spaces},
                  "pre_tokenizer": None, "post_processor": template, "decoder": {"type": "Sequence", "decoders": back},
                  "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True,
                            "vocab": {w: i for i, w in enumerate(["<unk>", "<s>", "<0x41>", "▁", "a", "b", "▁a"])}, "merges": ["▁ a"]}})
dump("unigram", {"added_tokens": [added(0, "<unk>")], "normalizer": {"type": "NFKC"},
                 "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
                 "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}, "post_processor": None,
                 "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": False, "vocab": [["<unk>", 0.0], ["▁", -1.5], ["a", -2.0], ["▁a", -2.5]]}})


# ---- tokenizer.model ---------------------------------------------------------------------------------
def varint(n):
    out = b""
    while True:
        out += bytes([n & 127 | (128 if n > 127 else 0)])
        n >>= 7
        if n == 0:
            return out


def field(number, content):
    if isinstance(content, float):
        return varint(number << 3 | 5) + struct.pack("<f", content)
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def sentencepiece(name, words, model_type, normalizer=b""):
    """words: [(text, score, type)], types 1 normal, 2 unknown, 3 control, 4 user-defined, 6 byte."""
    pieces = b"".join(field(1, field(1, w.encode()) + field(2, float(s)) + field(3, t)) for w, s, t in words)
    write("tokenizer_model", name, pieces + field(2, field(3, model_type) + field(35, 1)) + field(3, normalizer))


begin = [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)]
some = [("\u2581", -1, 1), ("a", -2, 1), ("\u2581a", -3, 1), ("b", -4, 1)]
sentencepiece("bpe", begin + [("<0x41>", 0, 6), ("<0xFF>", 0, 6)] + some, 2, field(3, 1) + field(4, 0))
sentencepiece("bytes", begin + [(f"<0x{b:02X}>", 0, 6) for b in range(256)] + some, 2)
sentencepiece("unigram", begin + some + [("user", 0, 4)], 1)
sentencepiece("charsmap", begin + some, 1, field(2, struct.pack("<I", 8) + struct.pack("<II", 0x100, 0) + b"a\0") + field(5, 1))
sentencepiece("word", begin, 3)


# ---- config.json, generation_config.json, model.safetensors.index.json ------------------------------
def config(name, first="c", **keys):
    write("config", name, first + json.dumps(keys, separators=(",", ":")))


base = dict(model_type="llama", architectures=["LlamaForCausalLM"], hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=1, intermediate_size=4, vocab_size=9, rms_norm_eps=1e-5, hidden_act="silu",
            max_position_embeddings=64, tie_word_embeddings=True, bos_token_id=1, eos_token_id=[2, 3], torch_dtype="bfloat16")
llama3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)
longrope = dict(type="longrope", short_factor=[1.0, 1.0], long_factor=[2.0, 4.0])
config("plain", **base)
config("hub", **base, rope_theta=5e5, rope_scaling=llama3)
config("modern", **base, rope_parameters=dict(rope_theta=5e5, **llama3))
config("linear", **base, rope_scaling=dict(type="linear", factor=2.0), head_dim=6, attention_bias=True, mlp_bias=True)
config("quantized", **base, quantization_config=dict(quant_method="qad", tensors={"a": dict(format="int4", group=64)}))
config("gptq", **base, quantization_config=dict(quant_method="gptq", bits=4, group_size=128, desc_act=False, sym=True))
config("qwen3", **{**base, "model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"]}, head_dim=4, use_sliding_window=False)
config("mistral", **{**base, "model_type": "mistral", "architectures": ["MistralForCausalLM"]}, sliding_window=16)
config("phi3", **{**base, "model_type": "phi3", "architectures": ["Phi3ForCausalLM"]}, rope_scaling=longrope,
       original_max_position_embeddings=32, partial_rotary_factor=1.0)
config("generation", "g", eos_token_id=[1, 2], bos_token_id=0)
config("index", "i", metadata=dict(total_size=8), weight_map={"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"})
write("config", "not-a-number", 'c{"hidden_size":NaN}')
write("config", "huge", 'c{"hidden_size":1e999,"vocab_size":123456789012345678901234567890}')


# ---- adapters -----------------------------------------------------------------------------------------
def adapter(name, tensors, **keys):
    keys = {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "bias": "none", "target_modules": ["q_proj"], **keys}
    text = json.dumps(keys, separators=(",", ":")).encode()
    write("adapter", name, struct.pack("<H", len(text)) + text + safetensors(tensors))


def halves(layer, rank=2, dtype="F32"):
    at = f"base_model.model.{layer}."
    return [(at + "lora_A.weight", dtype, [rank, 3]), (at + "lora_B.weight", dtype, [2, rank])]


q, v = "model.layers.0.self_attn.q_proj", "model.layers.0.self_attn.v_proj"
adapter("one", halves(q), base_model_name_or_path="x")
adapter("patterns", halves(q) + halves(v, 1, "BF16"), rank_pattern={"v_proj": 1}, alpha_pattern={"^.*v_proj": 8}, use_rslora=True)
adapter("missing-half", halves(q)[:1])
adapter("whole", halves(q), modules_to_save=["lm_head"])
adapter("dora", halves(q), use_dora=True)

if __name__ == "__main__":
    sizes = {kind.name: sum(f.stat().st_size for f in kind.iterdir()) for kind in sorted(HERE.iterdir())}
    print(sizes)
