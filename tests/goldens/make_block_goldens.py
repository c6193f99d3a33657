#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes block-types.safetensors beside this script: random blocks of every quantized GGUF type, and what the gguf package
decodes them to. Committed; Python is needed only to make it again.     make_block_goldens.py [libggml-quants.so]

  NAME.blocks  U8  [7, bytes of a block]      NAME  F32 [7, weights of a block]

The bits are random but for the scales: one block each with 0, -0, the smallest and the largest subnormal (negative), an
ordinary one of both signs, and the largest. With the path of llama.cpp's ggml-quants.c, compiled as a shared library, the
values of its dequantize_row_* are compared to the last bit too.
"""
import ctypes
import pathlib
import sys

import gguf
import numpy
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parent
SCALES = numpy.array([0x0000, 0x8000, 0x0001, 0x83FF, 0x2E66, 0xA19A, 0x7BFF], numpy.uint16)
POWERS = numpy.array([0, 1, 2, 100, 120, 127, 252], numpy.uint8)  # the exponents of MXFP4; 252 * 12 is finite
# Where each block keeps its fp16 numbers.
KINDS = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "IQ4_NL": [0], "MXFP4": [],
         "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_XS": [0]}


def main(library=None):
    random = numpy.random.default_rng(13)
    tensors = {}
    for name, places in KINDS.items():
        kind = gguf.GGMLQuantizationType[name]
        size, count = gguf.GGML_QUANT_SIZES[kind]
        blocks = random.integers(0, 256, (len(SCALES), count), numpy.uint8)
        for number, place in enumerate(places):  # a minimum gets the classes in another order
            blocks[:, place:place + 2] = numpy.roll(SCALES, 3 * number).reshape(-1, 1).view(numpy.uint8)
        if name == "MXFP4":
            blocks[:, 0] = POWERS
        values = gguf.dequantize(blocks, kind)
        assert values.shape == (len(SCALES), size) and numpy.isfinite(values).all()
        if library:
            c = getattr(library, "dequantize_row_" + name.lower().replace("_k", "_K"))
            theirs = numpy.empty_like(values)
            c(blocks.ctypes.data_as(ctypes.c_void_p), theirs.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(values.size))
            same = values.view(numpy.uint32) == theirs.view(numpy.uint32)
            zeros = (values == 0) & (theirs == 0)
            print(f"{name:8} {'equal' if same.all() else f'{(~same).sum()} differ, {(~same & ~zeros).sum()} beyond the sign of 0'}")
        tensors[name + ".blocks"] = torch.from_numpy(blocks.copy())
        tensors[name] = torch.from_numpy(values.astype(numpy.float32).copy())
    save_file(tensors, HERE / "block-types.safetensors")


main(*(ctypes.CDLL(path) for path in sys.argv[1:]))
