"""Makes a model of random weights for a real llama.cpp: ``tiny_model.py VOCABULARY OUT``.

VOCABULARY is a ``ggml-vocab-*.gguf`` of llama.cpp, of which the tokenizer is taken. What the model
says is nonsense; with a JSON Schema it is nonsense of the right form. Needs the `gguf` package.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

WIDTH, LAYERS, HEADS, INNER, CONTEXT = 64, 2, 4, 128, 8192


def make(vocabulary: Path, out: Path) -> None:
    """Write the model."""
    gguf: Any = import_module("gguf")
    numpy: Any = import_module("numpy")

    fields = gguf.GGUFReader(str(vocabulary)).fields
    writer = gguf.GGUFWriter(str(out), "llama")
    words = len(fields["tokenizer.ggml.tokens"].data)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(words)
    for name, held in fields.items():
        if not name.startswith("tokenizer."):
            continue
        if held.types[0] == gguf.GGUFValueType.ARRAY:
            writer.add_array(name, held.contents())
        else:
            writer.add_key_value(name, held.contents(), held.types[0])
    chance = numpy.random.default_rng(7)

    def random(*shape: int) -> Any:
        return (chance.standard_normal(shape) * 0.05).astype(numpy.float32)

    ones = numpy.ones(WIDTH, numpy.float32)
    writer.add_tensor("token_embd.weight", random(words, WIDTH))
    writer.add_tensor("output.weight", random(words, WIDTH))
    writer.add_tensor("output_norm.weight", ones)
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", ones)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", random(WIDTH, WIDTH))
        for name in ("ffn_gate", "ffn_up"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", random(INNER, WIDTH))
        writer.add_tensor(f"blk.{layer}.ffn_down.weight", random(WIDTH, INNER))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
