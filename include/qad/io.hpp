// SPDX-License-Identifier: MIT
// Files: safetensors, Hugging Face directories, tokenizers, GGUF.
#ifndef QAD_IO_HPP
#define QAD_IO_HPP

#include <qad/io/added_tokens.hpp>
#include <qad/io/base64.hpp>
#include <qad/io/bpe.hpp>
#include <qad/io/bpe_trainer.hpp>
#include <qad/io/byte_alphabet.hpp>
#include <qad/io/charsmap.hpp>
#include <qad/io/checkpoint.hpp>
#include <qad/io/data_type.hpp>
#include <qad/io/decoder.hpp>
#include <qad/io/ggml_blocks.hpp>
#include <qad/io/ggml_k_blocks.hpp>
#include <qad/io/ggml_type.hpp>
#include <qad/io/gguf.hpp>
#include <qad/io/gguf_cursor.hpp>
#include <qad/io/gguf_matrix.hpp>
#include <qad/io/gguf_model.hpp>
#include <qad/io/gguf_names.hpp>
#include <qad/io/gguf_pre_tokenizer.hpp>
#include <qad/io/gguf_tokenizer.hpp>
#include <qad/io/gguf_value.hpp>
#include <qad/io/gguf_vocabulary.hpp>
#include <qad/io/gguf_writer.hpp>
#include <qad/io/json.hpp>
#include <qad/io/merge_pairs.hpp>
#include <qad/io/merge_scores.hpp>
#include <qad/io/model_config.hpp>
#include <qad/io/normalizer.hpp>
#include <qad/io/number_map.hpp>
#include <qad/io/piece_cache.hpp>
#include <qad/io/pre_tokenizer.hpp>
#include <qad/io/protobuf.hpp>
#include <qad/io/regex.hpp>
#include <qad/io/safetensors.hpp>
#include <qad/io/safetensors_writer.hpp>
#include <qad/io/scored_bpe.hpp>
#include <qad/io/scored_words.hpp>
#include <qad/io/sentencepiece.hpp>
#include <qad/io/sentencepiece_normalizer.hpp>
#include <qad/io/tensor.hpp>
#include <qad/io/tensor_stream.hpp>
#include <qad/io/tensor_table.hpp>
#include <qad/io/text_template.hpp>
#include <qad/io/tokenizer.hpp>
#include <qad/io/tokenizer_files.hpp>
#include <qad/io/unicode.hpp>
#include <qad/io/unigram.hpp>
#include <qad/io/utf8.hpp>
#include <qad/io/vocabulary_words.hpp>

#endif
