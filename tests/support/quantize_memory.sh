#!/bin/sh
# quantize_memory.sh QAD WORK METHOD [HIDDEN FF HEADS KV_HEADS VOCAB TOKENS]
# What `qad quantize` holds at most, for a model of 4 layers and for one of 8: memory is for a layer,
# not for the model. The checkpoints are sparse files, all zeros, which take no room on the disk; the
# sizes below are Llama 3.1 8B's divided by four, `4096 14336 32 8 128256` are its own.
set -eu
qad=$1 work=$2 method=$3
hidden=${4:-1024} ff=${5:-3584} heads=${6:-16} kv_heads=${7:-4} vocab=${8:-512} tokens=${9:-256}
dim=$((hidden / heads))
rm -rf "$work"
mkdir -p "$work"
head -c $((4 * tokens)) /dev/zero >"$work/tokens"

# checkpoint LAYERS: a directory of that many layers in BF16.
checkpoint() {
    to=$work/$1-layers
    mkdir "$to"
    cat >"$to/config.json" <<JSON
{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu", "hidden_size": $hidden,
 "num_hidden_layers": $1, "num_attention_heads": $heads, "num_key_value_heads": $kv_heads, "intermediate_size": $ff,
 "vocab_size": $vocab, "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 500000,
 "tie_word_embeddings": true, "torch_dtype": "bfloat16", "bos_token_id": 1, "eos_token_id": 2}
JSON
    awk -v layers="$1" -v h="$hidden" -v f="$ff" -v d="$dim" -v q="$heads" -v k="$kv_heads" -v v="$vocab" '
        function add(name, shape, elements) {
            printf "%s\"%s\": {\"dtype\": \"BF16\", \"shape\": [%s], \"data_offsets\": [%.0f, %.0f]}", separator, name,
                shape, end, end + 2 * elements
            end += 2 * elements
            separator = ", "
        }
        function matrix(name, rows, cols) { add(name ".weight", rows ", " cols, rows * cols) }
        BEGIN {
            printf "{"
            matrix("model.embed_tokens", v, h)
            add("model.norm.weight", h, h)
            for (i = 0; i < layers; ++i) {
                p = "model.layers." i "."
                add(p "input_layernorm.weight", h, h)
                add(p "post_attention_layernorm.weight", h, h)
                matrix(p "self_attn.q_proj", q * d, h)
                matrix(p "self_attn.k_proj", k * d, h)
                matrix(p "self_attn.v_proj", k * d, h)
                matrix(p "self_attn.o_proj", h, q * d)
                matrix(p "mlp.gate_proj", f, h)
                matrix(p "mlp.up_proj", f, h)
                matrix(p "mlp.down_proj", h, f)
            }
            printf "}"
            printf "%.0f", end >"/dev/stderr"
        }' >"$to/header" 2>"$to/bytes"
    while [ $(($(wc -c <"$to/header") % 8)) -ne 0 ]; do printf ' ' >>"$to/header"; done # aligned: run from the file
    length=$(wc -c <"$to/header")
    {
        n=$length
        for _ in 1 2 3 4 5 6 7 8; do
            # shellcheck disable=SC2059 # the format is the byte
            printf "\\$(printf %03o $((n % 256)))"
            n=$((n / 256))
        done
        cat "$to/header"
    } >"$to/model.safetensors"
    # One byte at the very end makes the file as long as it says.
    dd if=/dev/zero of="$to/model.safetensors" bs=1 count=1 seek=$((8 + length + $(cat "$to/bytes") - 1)) conv=notrunc 2>/dev/null
    rm "$to/header" "$to/bytes"
}

# peak LAYERS: bytes that were resident at most.
peak() {
    checkpoint "$1"
    "$qad" quantize "$work/$1-layers" --method "$method" --tokens-file "$work/tokens" --samples 1 --length "$tokens" \
        --out "$work/$1-int4" --json >"$work/$1.json"
        rm -rf "$work/$1-layers" "$work/$1-int4"
    sed 's/.*"peak_bytes":\([0-9]*\).*/\1/' "$work/$1.json"
}

four=$(peak 4)
eight=$(peak 8)
echo "$method: peak memory at 4 layers $((four / 1000000)) MB, at 8 layers $((eight / 1000000)) MB"
[ $((eight * 100)) -le $((four * 105)) ] || { echo "more than 1.05 times as much" && exit 1; }
