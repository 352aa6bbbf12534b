"""Tiny random Gemma 3 checkpoints, built in a fraction of a second: real classes, real files, weights of noise.

Two shapes, as they are published: text only (`Gemma3ForCausalLM`, the 270M and 1B) and multimodal
(`Gemma3ForConditionalGeneration`, which is what `gemma-3-4b-it` really is).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SPECIALS = (
    "<pad>",
    "<eos>",
    "<bos>",
    "<unk>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<start_of_image>",
    "<end_of_image>",
)
SPECIALS_2 = ("<image_soft_token>",)
WORDS = ("think", "proof", "answer", "context", "question", "<", ">", "</", "\n", "▁", "▁the", "▁Gy", "54")
SYLLABLES = tuple(f"{space}{first}{rest}" for space in ("", "▁") for first in "bcdfgklmnprstvz" for rest in "aeiou")

# In the manner of Gemma's own: the system turn is put before the first user turn.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set first = messages[0]['content'] + '\n\n' %}"
    "{% set rest = messages[1:] %}{% else %}{% set first = '' %}{% set rest = messages %}{% endif %}"
    "{% for message in rest %}<start_of_turn>{{ 'model' if message['role'] == 'assistant' else message['role'] }}\n"
    "{{ first if loop.first else '' }}{{ message['content'] | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)


def tiny_tokenizer() -> Any:
    """A `tokenizers.Tokenizer` with byte fallback, the control tokens of Gemma and a few words.

    Syllables have tokens that no text is split into: noise decodes to something readable."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers

    names = [*SPECIALS, *(f"<0x{byte:02X}>" for byte in range(256)), *WORDS, *SYLLABLES, *SPECIALS_2]
    vocab = {name: place for place, name in enumerate(names)}
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=[], byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in (*SPECIALS, *SPECIALS_2)])
    tokenizer.add_tokens([AddedToken(word, normalized=False) for word in WORDS])
    return tokenizer


def text_config(vocab_size: int, layers: int = 6) -> Any:
    """Every sixth layer sees the whole context, the others a window of 32."""
    from transformers import Gemma3TextConfig

    return Gemma3TextConfig(
        vocab_size=vocab_size,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        query_pre_attn_scalar=32,
        sliding_window=32,
        max_position_embeddings=4096,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=2,
        initializer_range=0.2,
        tie_word_embeddings=False,
    )


def save_tiny_model(folder: Path, *, multimodal: bool = False) -> Path:
    """A checkpoint with tokenizer and chat template in `folder`, as `from_pretrained` finds it."""
    import torch
    from transformers import GenerationConfig, PreTrainedTokenizerFast

    tokenizer = tiny_tokenizer()
    torch.manual_seed(0)
    model = tiny_model(multimodal=multimodal)
    model.generation_config = GenerationConfig(eos_token_id=[1, 5], bos_token_id=2, pad_token_id=0)
    model.to(torch.bfloat16).save_pretrained(folder)
    roles = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **roles)
    fast.chat_template = CHAT_TEMPLATE
    fast.save_pretrained(folder)
    return folder


def tiny_model(*, multimodal: bool = False, layers: int = 6) -> Any:
    """A model of noise for the tokens of `tiny_tokenizer`, in float32."""
    from transformers import Gemma3ForCausalLM

    text = text_config(tiny_tokenizer().get_vocab_size(), layers)
    return _multimodal(text) if multimodal else Gemma3ForCausalLM(text)


def _multimodal(text: Any) -> Any:
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration, SiglipVisionConfig

    vision = SiglipVisionConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, image_size=28, patch_size=14
    )
    config = Gemma3Config(
        text_config=text,
        vision_config=vision,
        mm_tokens_per_image=4,
        boi_token_index=6,
        eoi_token_index=7,
        image_token_index=text.vocab_size - 1,
    )
    config.tie_word_embeddings = False
    return Gemma3ForConditionalGeneration(config)
