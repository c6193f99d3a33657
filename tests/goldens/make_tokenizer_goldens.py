# SPDX-License-Identifier: MIT
"""Small tokenizers in the style of each family, and what their own programs make of unpleasant texts.

Python is needed only to make them again:   make_tokenizer_goldens.py     (tokenizers, sentencepiece)

  words-*/                  tokenizer.json or tokenizer.model, trained here, and expected.json: for each text
                            [ids, decoded (null: the text), decoded with special tokens (null: likewise)]
  tokenizer-texts.json      the texts
  tokenizer-steps.json      single steps: [kind, description, what comes out for each text or list of words]
"""
import json
import pathlib
import unicodedata

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
import tokenizers
from tokenizers import AddedToken, Regex, decoders, models, normalizers, pre_tokenizers, processors, trainers

from make_goldens import CORPUS, LLAMA3_WORDS, TEXTS

HERE = pathlib.Path(__file__).parent
QWEN2_WORDS = LLAMA3_WORDS.replace(r"\p{N}{1,3}", r"\p{N}")
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
TEKKEN_WORDS = (rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*"
                r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPACE = "\u2581"


def texts():
    """Those of the other goldens, two characters of every category, and what only some tokenizers mind."""
    categories = {}
    for code in range(0x110000):
        kind = unicodedata.ucd_3_2_0.category(chr(code))  # so old that every program knows them
        if kind not in ("Cs", "Cn", "Co"):
            categories.setdefault(kind, []).append(chr(code))
    some = ["".join(those[len(those) * part // 7] for part in (1, 5)) for those in categories.values()]
    return TEXTS + [" ".join(some), "".join(some), "x".join(some)] + [
        "<s>", "</s> a", "a </s>", "<unk>", "a<unk>b", "<0x0A>", "<0xFF>\n", SPACE, "a" + SPACE + SPACE + "b", SPACE + "a",
        "<|im_start|>user\nHi<|im_end|>\n", "<|im_start|> user", "[INST] a [/INST] b", "<sep>x <sep>", "foo bar foobar",
        "a     b      c", "\u00c5\u212b\u0041\u030a", "\u1100\u1161\u11a8\uac01", "q\u0307\u0323 q\u0323\u0307",
        "\uff21\uff22\uff11\uff12 ﬃ ½ ㍿", "İSTANBUL ΣΑΣ", " \u00a0\u2003x\u3000 ", "CamelCaseWORDS iPhone", "a/\n/b//",
        "ÉCOLE école É", "ᴬᵇ", "123456789", "\u180e\u200b", "\u0300\u0301", "''s 's's", "of the of the", "thethethe",
        "=" * 70, "=" * 7 + "> " + "-" * 9, "    return x;\n\n\treturn y;\r\n", "naïve café\u0301", "ſ'ſ", "\u2028\u2029 \u0085",
    ]


TEXT_LIST = texts()


def save(name, description=None):
    directory = HERE / name
    directory.mkdir(exist_ok=True)
    if description is not None:
        (directory / "tokenizer.json").write_text(json.dumps(description, ensure_ascii=False) + "\n")
    made = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    rows = []
    for text in TEXT_LIST:
        ids = made.encode(text).ids
        shown = [made.decode(ids), made.decode(ids, False)]
        rows.append([ids] + [None if one == text else one for one in shown])
    (directory / "expected.json").write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")


def byte_level(name, cuts, normalizer=None, ignore_merges=False):
    made = tokenizers.Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if normalizer:
        made.normalizer = normalizer
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(cuts), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    made.decoder = decoders.ByteLevel()
    made.train_from_iterator([CORPUS] + TEXT_LIST, trainers.BpeTrainer(
        vocab_size=340, special_tokens=["<|im_start|>", "<|im_end|>", "<s>", "</s>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    save(name, json.loads(made.to_str()))


def without_paths(path):
    """A trained model says where it was trained; a golden does not."""
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(path.read_bytes())
    model.trainer_spec.model_prefix = "tokenizer"
    if model.normalizer_spec.normalization_rule_tsv:
        model.normalizer_spec.normalization_rule_tsv = "rules.tsv"
    path.write_bytes(model.SerializeToString())


def train_sentencepiece(name, model_type, size, **options):
    directory = HERE / name
    directory.mkdir(exist_ok=True)
    corpus = [line for line in CORPUS.split("\n") if line] * 3
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus), model_prefix=str(directory / "tokenizer"), vocab_size=size, model_type=model_type,
        hard_vocab_limit=False, num_threads=1, minloglevel=2, **options)
    (directory / "tokenizer.vocab").unlink()
    without_paths(directory / "tokenizer.model")
    made = sentencepiece.SentencePieceProcessor(model_file=str(directory / "tokenizer.model"))
    rows = [[made.encode(text)] for text in TEXT_LIST]
    (directory / "expected.json").write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")
    return made


def pieces_and_merges(made):
    """A SentencePiece BPE model as vocabulary and merges: every way to cut a word into two, best words first."""
    pieces = [made.id_to_piece(i) for i in range(made.get_piece_size())]
    vocab = {piece: i for i, piece in enumerate(pieces)}
    merges = []
    for i, piece in enumerate(pieces):
        if made.is_byte(i) or made.is_control(i) or made.is_unknown(i):
            continue
        merges += [(-made.get_score(i), i, (piece[:k], piece[k:])) for k in range(1, len(piece))
                   if piece[:k] in vocab and piece[k:] in vocab]
    return vocab, [merge for _, _, merge in sorted(merges)]


def over_characters(name, made, normalizer, pre, decoder):
    vocab, merges = pieces_and_merges(made)
    model = tokenizers.Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    model.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>")])
    model.add_special_tokens([AddedToken("[INST]", special=True, normalized=False),
                              AddedToken("<|im_end|>", special=True, normalized=False, rstrip=True)])
    model.add_tokens([AddedToken("<sep>", normalized=True), AddedToken("foo", single_word=True, normalized=False, lstrip=True)])
    if normalizer:
        model.normalizer = normalizer
    if pre:
        model.pre_tokenizer = pre
    model.decoder = decoder
    model.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    save(name, json.loads(model.to_str()))


def make_words():
    byte_level("words-qwen2", QWEN2_WORDS, normalizers.NFC())
    byte_level("words-tekken", TEKKEN_WORDS, ignore_merges=True)
    made = train_sentencepiece("words-sp-bpe", "bpe", 420, byte_fallback=True, normalization_rule_name="identity",
                               remove_extra_whitespaces=False, split_digits=True, allow_whitespace_only_pieces=True)
    replace = decoders.Replace(SPACE, " ")
    undo = decoders.Sequence([replace, decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    marks = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    over_characters("words-llama2", made, marks, None, undo)
    over_characters("words-mistral", made, None,
                    pre_tokenizers.Metaspace(prepend_scheme="first", split=False), undo)
    over_characters("words-metaspace", made, normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()]),
                    pre_tokenizers.Metaspace(prepend_scheme="always", split=True), decoders.Metaspace())
    rules = HERE / "rules.tsv"  # hexadecimal code points: from, to
    rules.write_text("FB03\t66 66 69\n41 30A\tC5\n212B\tC5\nA0\t20\n3000\t20\n2003\t20\n2028\t\n49\t69\n49 307\t69\n200B\t20 20\n")
    train_sentencepiece("words-sp-rules", "bpe", 120, normalization_rule_tsv=str(rules),
                        user_defined_symbols=["<sep>", "foo bar", SPACE * 3, "Å"])
    train_sentencepiece("words-sp-unigram", "unigram", 200, normalization_rule_tsv=str(rules))
    rules.unlink()
    train_sentencepiece("words-sp-unigram-bytes", "unigram", 400, byte_fallback=True, normalization_rule_name="identity",
                        add_dummy_prefix=False, remove_extra_whitespaces=False)
    unigram = tokenizers.Tokenizer(models.Unigram())
    unigram.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    unigram.pre_tokenizer = pre_tokenizers.Metaspace()
    unigram.decoder = decoders.Metaspace()
    unigram.train_from_iterator([CORPUS] + TEXT_LIST, trainers.UnigramTrainer(
        vocab_size=300, special_tokens=["<unk>", "<s>", "</s>"], unk_token="<unk>", show_progress=False))
    save("words-unigram", json.loads(unigram.to_str()))


STEP_TEXTS = ["Hello, World!  it's\t12 3½ ", "a-b--c", " x\u00a0y\u3000", "É\u0301é ﬃ ㍿ İ ß ΣΑΣ", "\u1100\u1161\u11a8 각 q\u0307\u0323",
              "日本語、テキスト。", "$a+b=c|d~e`f^g<h>", "__init__ a\u200db ⓐ", "\u0085\u2028\u200b\ufeff\x01\x7f", "aXbXX", "XXaX",
              "12ab34", SPACE + "a " + SPACE, "  ", "x"]


def make_steps():
    rows = []
    pre, norm, dec = pre_tokenizers, normalizers, decoders
    behaviors = ["isolated", "removed", "merged_with_previous", "merged_with_next", "contiguous"]
    cuts = [pre.Split(pattern, how, invert) for pattern in ("X", Regex(r"\s+|\d"))
            for how in behaviors for invert in (False, True)]
    cuts += [pre.Split(Regex("x*"), "isolated"), pre.Digits(True), pre.Digits(False), pre.Whitespace(), pre.WhitespaceSplit(),
             pre.BertPreTokenizer(), *(pre.Punctuation(how) for how in behaviors)]
    cuts += [pre.Metaspace(prepend_scheme=scheme, split=split) for scheme in ("always", "first", "never") for split in (True, False)]
    cuts += [pre.Sequence([pre.WhitespaceSplit(), pre.Metaspace(prepend_scheme="first")]),
             pre.Sequence([pre.Punctuation(), pre.Digits(True)])]
    for cut in cuts:
        state = json.loads(cut.__getstate__())
        rows.append(["pre_tokenizer", state, [[piece for piece, _ in cut.pre_tokenize_str(text)] for text in STEP_TEXTS]])
    changes = [norm.NFC(), norm.NFD(), norm.NFKC(), norm.NFKD(), norm.Nmt(), norm.Lowercase(), norm.StripAccents(), norm.Prepend("_"),
               norm.Strip(), norm.Strip(right=False), norm.Strip(left=False), norm.Replace("X", "yy"),
               norm.Replace(Regex(r"\s+"), " "), norm.Sequence([norm.NFD(), norm.StripAccents(), norm.Lowercase()])]
    for change in changes:
        state = json.loads(change.__getstate__())
        rows.append(["normalizer", state, [change.normalize_str(text) for text in STEP_TEXTS]])
    undo = [dec.ByteFallback(), dec.Fuse(), dec.Replace(SPACE, " "), dec.Replace(Regex("[ab]"), ""), dec.Strip(" ", 1, 0),
            dec.Strip("a", 2, 1), dec.Metaspace(), dec.Metaspace(prepend_scheme="never"),
            dec.Sequence([dec.Replace(SPACE, " "), dec.ByteFallback(), dec.Fuse(), dec.Strip(" ", 1, 0)])]
    words = [[SPACE + "Hello", SPACE + SPACE + "w", "orld"], ["<0xE6>", "<0x97>", "<0xA5>", "x"], ["<0xFF>", "<0x41>", SPACE],
             ["<0xE6>", "<0x97>"], ["<0xe6>", "<0x4>", "<0x411>"], ["aab", " ab", "aaa", "xya"], [" ", "  x"], []]
    for step in undo:
        state = json.loads(step.__getstate__())
        rows.append(["decoder", state, [step.decode(tokens) for tokens in words]])
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (HERE / "tokenizer-steps.json").write_text(
        f'{{"texts": {json.dumps(STEP_TEXTS)},\n"words": {json.dumps(words)},\n"steps": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    (HERE / "tokenizer-texts.json").write_text(json.dumps(TEXT_LIST, indent=0) + "\n")
    make_words()
    make_steps()
