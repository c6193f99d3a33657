#!/bin/sh
# SPDX-License-Identifier: MIT
# What the programs do not take: status 2, one reason, nothing half-written. refuses.sh QAD SCRATCH
# (in tests/goldens).
set -u
qad=$1 here=$2 failed=0
rm -rf "$here" && mkdir -p "$here"

# refuse WORDS ARGUMENTS…: status 2, and the last line says WORDS.
refuse() {
    words=$1
    shift
    "$qad" "$@" >"$here/stdout" 2>"$here/stderr"
    status=$?
    last=$(tail -n 1 "$here/stderr")
    case $status:$last in
    2:*"$words"*) ;;
    *) echo "FAILED: $*: status $status, \"$last\", expected \"$words\"" && failed=1 ;;
    esac
    if [ -n "$(find "$here" -name '*.part*')" ]; then echo "FAILED: $*: half a file is left" && failed=1; fi
}

{ head -n 2 questions.jsonl && echo '{"prompt": "Question: '; } >"$here/damaged.jsonl"
: >"$here/empty.jsonl"
head -n 1 questions.jsonl >"$here/one.jsonl"
refuse "damaged.jsonl:3: not valid JSON" eval llama-mha-tied.gguf --data "$here/damaged.jsonl"
refuse "holds no examples" eval llama-mha-tied.gguf --data "$here/empty.jsonl"
refuse "every expected answer is the same class" eval llama-mha-tied.gguf --data "$here/one.jsonl" --task classify
set -- train llama-mha-tied.gguf --out "$here/out" --steps 3 --batch 2 --validation 0
refuse "are the same question" "$@" --data questions.jsonl --eval "$here/one.jsonl"
refuse "no linear layer is called" "$@" --data questions.jsonl --targets nothing
refuse "the adapter is for another model" merge llama-mha-tied adapter-all-linear --out "$here/merged"

# A loss that is no number: the state before it is kept.
refuse "is kept in" "$@" --data questions.jsonl --rate 1e30
[ -s "$here/out/training-state.safetensors" ] || { echo "FAILED: no state is kept" && failed=1; }
rm -rf "$here/out"

# A limit on the size of files stands for the full disk; with room, the same command goes on.
trap '' XFSZ
(
    ulimit -f 2
    refuse "nothing was changed" "$@" --data questions.jsonl
    refuse "nothing was changed" quantize llama-gqa --method rtn --format int8 --group channel --out "$here/small"
    refuse "nothing was changed" merge llama-gqa adapter-all-linear --out "$here/merged"
    exit $failed
) || failed=1
"$qad" "$@" --data questions.jsonl --resume >/dev/null 2>&1 || { echo "FAILED: does not go on with room" && failed=1; }
exit $failed
