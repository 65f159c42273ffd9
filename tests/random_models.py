"""Small models with random weights, of the architectures and tokenizers that people use, made and saved on the spot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

TEXTS = [
    "Hà Nội là thủ đô của Việt Nam.",
    "Cầu dài năm trăm mét và có bốn làn xe chạy hai chiều.",
    "The capital of Vietnam is Hanoi.",
    "北京是中国的首都",
    "x",
]
WORDS = sorted({word for text in TEXTS for word in text.lower().split()})
MAX_TOKENS = 24
_SMALL: dict[str, Any] = {
    "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48, "max_position_embeddings": 64,
}  # fmt: skip

Build = Callable[[Path, int], tuple[Any, Any]]
"""Makes a network and its tokenizer from a folder to write in and the length of its vectors."""


def wordpiece_vocabulary() -> list[str]:
    letters = sorted({letter for text in TEXTS for letter in text.lower()} - {" "})
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *letters, *(f"##{letter}" for letter in letters)]


def wordpiece(folder: Path) -> Any:
    from transformers import BertTokenizerFast

    (folder / "vocab.txt").write_text("\n".join(wordpiece_vocabulary()), encoding="utf-8")
    return BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=MAX_TOKENS)


def unigram_pieces() -> list[tuple[str, float]]:
    letters = sorted({letter for text in TEXTS for letter in text} - {" "})
    pieces = [(piece, 0.0) for piece in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")] + [("▁", -3.0)]
    return pieces + [(f"▁{word}", -5.0) for word in WORDS] + [(letter, -8.0) for letter in letters]


def unigram(_folder: Path, max_tokens: int = MAX_TOKENS) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram(unigram_pieces(), unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>",
        pad_token="<pad>", unk_token="<unk>", mask_token="<mask>", model_max_length=max_tokens,
    )  # fmt: skip


def byte_level(_folder: Path) -> Any:
    """Return a byte-level BPE whose texts end in the token that the last-token pooling reads, as Qwen's do."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    pieces = {piece: number for number, piece in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    pieces["<|endoftext|>"] = end = len(pieces)
    tokenizer = Tokenizer(models.BPE(vocab=pieces, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A <|endoftext|>", special_tokens=[("<|endoftext|>", end)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|endoftext|>", pad_token="<|endoftext|>", padding_side="left",
        model_max_length=MAX_TOKENS * 8,
    )  # fmt: skip


def bert(folder: Path, dimensions: int) -> tuple[Any, Any]:
    from transformers import BertConfig, BertModel

    config = BertConfig(vocab_size=len(wordpiece_vocabulary()), hidden_size=dimensions, **_SMALL)
    return BertModel(config), wordpiece(folder)


def bert_with_unigram(folder: Path, dimensions: int) -> tuple[Any, Any]:
    from transformers import BertConfig, BertModel

    config = BertConfig(vocab_size=len(unigram_pieces()), hidden_size=dimensions, pad_token_id=1, **_SMALL)
    return BertModel(config), unigram(folder)


def xlm_roberta(folder: Path, dimensions: int) -> tuple[Any, Any]:
    from transformers import XLMRobertaConfig, XLMRobertaModel

    config = XLMRobertaConfig(vocab_size=len(unigram_pieces()), hidden_size=dimensions, pad_token_id=1, **_SMALL)
    return XLMRobertaModel(config), unigram(folder)


def modern_bert(folder: Path, dimensions: int) -> tuple[Any, Any]:
    from transformers import ModernBertConfig, ModernBertModel

    config = ModernBertConfig(
        vocab_size=len(wordpiece_vocabulary()), hidden_size=dimensions, pad_token_id=0, bos_token_id=2,
        eos_token_id=3, cls_token_id=2, sep_token_id=3, **_SMALL,
    )  # fmt: skip
    return ModernBertModel(config), wordpiece(folder)


def gte(folder: Path, dimensions: int) -> tuple[Any, Any]:
    from transformers import GteConfig, GteModel

    config = GteConfig(vocab_size=len(unigram_pieces()), hidden_size=dimensions, pad_token_id=1, **_SMALL)
    return GteModel(config), unigram(folder)


def qwen3(folder: Path, dimensions: int) -> tuple[Any, Any]:
    from transformers import Qwen3Config, Qwen3Model

    sizes = _SMALL | {"max_position_embeddings": 512}
    return Qwen3Model(
        Qwen3Config(vocab_size=257, hidden_size=dimensions, num_key_value_heads=2, head_dim=16, **sizes)
    ), byte_level(folder)


def gemma3(folder: Path, dimensions: int) -> tuple[Any, Any]:
    from transformers import Gemma3TextConfig, Gemma3TextModel

    sizes = _SMALL | {"max_position_embeddings": 512}  # its prompts are longer than what the others read
    config = Gemma3TextConfig(
        vocab_size=len(unigram_pieces()), hidden_size=dimensions, num_key_value_heads=1, head_dim=16, pad_token_id=1,
        bos_token_id=0, eos_token_id=2, use_bidirectional_attention=True, **sizes,
    )  # fmt: skip
    return Gemma3TextModel(config), unigram(folder, MAX_TOKENS * 8)


def save(
    folder: Path, build: Build, *, dimensions: int = 32, pooling: str = "mean", prompts: dict[str, str] | None = None
) -> Path:
    """Save a sentence-transformers model of a random network in `folder`."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    torch.manual_seed(1)
    parts = folder.with_name(f"{folder.name}.parts")
    parts.mkdir(parents=True)
    network, tokenizer = build(parts, dimensions)
    network.eval()
    network.save_pretrained(parts / "network")
    tokenizer.save_pretrained(parts / "network")
    transformer = Transformer(str(parts / "network"), max_seq_length=tokenizer.model_max_length)
    model = SentenceTransformer(modules=[transformer, Pooling(dimensions, pooling)], prompts=prompts, device="cpu")
    model.save(str(folder))
    _forget_prompts(folder, prompts)
    return folder


def save_static(folder: Path, dimensions: int = 32) -> Path:
    """Save a sentence-transformers model that is a table of vectors."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding

    torch.manual_seed(1)
    parts = folder.with_name(f"{folder.name}.parts")
    parts.mkdir(parents=True)
    embedding = StaticEmbedding(wordpiece(parts).backend_tokenizer, embedding_dim=dimensions)
    SentenceTransformer(modules=[embedding], device="cpu").save(str(folder))
    _forget_prompts(folder, None)
    return folder


def _forget_prompts(folder: Path, prompts: dict[str, str] | None) -> None:
    """Leave only what was given: saving writes empty prompts, which older models have not."""
    file = folder / "config_sentence_transformers.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config["prompts"] = prompts or {}
    file.write_text(json.dumps(config), encoding="utf-8")
