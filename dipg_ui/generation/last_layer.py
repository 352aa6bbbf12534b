"""What the last layer of a Gemma 3 leaves out when only the token after a prompt is asked for.

Of the prompt's other tokens it owes the cache their keys and values, and nothing else: no query, no attention, no MLP.

Imports torch: only the thread that loads and serves a model imports this module.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def spare_last_layer(model: Any) -> None:
    """Let a `Gemma3ForCausalLM` do without it wherever it is asked for the logits of the last token alone."""
    layers = model.get_decoder().layers
    layers[-1] = _LastLayer(layers[-1])
    model.register_forward_pre_hook(_tell, with_kwargs=True)


def _tell(_model: Any, arguments: Any, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Gemma 3 hands what it does not know on to its layers."""
    return arguments, {**options, "last_alone": options.get("logits_to_keep") == 1}


class _LastLayer(nn.Module):
    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(
        self,
        hidden_states: torch.Tensor,
        position_embeddings: tuple[torch.Tensor, torch.Tensor],
        attention_mask: torch.Tensor | None = None,
        past_key_values: Any = None,
        last_alone: bool = False,
        **options: Any,
    ) -> torch.Tensor:
        tokens = hidden_states.shape[1]
        if last_alone and tokens > 1 and past_key_values is not None:
            cos, sin = position_embeddings
            self._remember(hidden_states[:, :-1], (cos[:, :-1], sin[:, :-1]), past_key_values)
            hidden_states, position_embeddings = hidden_states[:, -1:], (cos[:, -1:], sin[:, -1:])
            if attention_mask is not None:  # `attention` gives each token as many rows as heads share a key
                seen = past_key_values.layers[self.layer.self_attn.layer_idx].keys.shape[-2] + 1
                attention_mask = attention_mask[:, :, -(attention_mask.shape[2] // tokens) :, -seen:]
        out: torch.Tensor = self.layer(
            hidden_states,
            position_embeddings=position_embeddings,
            attention_mask=attention_mask,
            past_key_values=past_key_values,
            **options,
        )
        return out

    def _remember(self, hidden_states: torch.Tensor, positions: tuple[torch.Tensor, torch.Tensor], cache: Any) -> None:
        from transformers.models.gemma3.modeling_gemma3 import apply_rotary_pos_emb

        attention = self.layer.self_attn
        states = self.layer.input_layernorm(hidden_states)
        shape = (*states.shape[:-1], -1, attention.head_dim)
        keys = attention.k_norm(attention.k_proj(states).view(shape).transpose(1, 2))
        values = attention.v_proj(states).view(shape).transpose(1, 2)
        _, keys = apply_rotary_pos_emb(keys, keys, *positions)
        cache.update(keys, values, attention.layer_idx)
