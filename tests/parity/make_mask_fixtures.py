#!/usr/bin/env python3
"""Make tests/parity/fixtures/masks/: which tokens transformers says the assistant generates.

Needed only to remake the fixture (see requirements.txt), never by `make test`.
`apply_chat_template(..., return_assistant_tokens_mask=True)` reads the
`{% generation %}` tags of a template; the templates, the conversations and the
tokenizer (byte pairs learned from the conversations) are made here.

A span that ends inside a character of several tokens is left out on purpose:
there transformers drops the character's last tokens, which we learn.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

OUT = Path(__file__).resolve().parent / "fixtures" / "masks"

TEMPLATES = {
    "the end of the turn inside": "{% for m in messages %}{% if m.role == 'assistant' %}{{ '<|im_start|>assistant\\n' }}{% generation %}{{ m.content + '<|im_end|>' }}{% endgeneration %}{{ '\\n' }}{% else %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
    "tags that trim what is around them": """{%- for m in messages %}
    {%- if m.role == 'assistant' %}
        {{- '<|im_start|>assistant\\n' }}
        {%- generation -%}
            {{ m.content | trim }}<|im_end|>
        {%- endgeneration -%}
        {{ '\\n' }}
    {%- else %}
        {{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}""",
    "tags on lines of their own": """{% for m in messages %}
{% if m.role == 'assistant' %}
<|im_start|>assistant
{% generation %}
{{ m.content }}<|im_end|>
{% endgeneration %}
{% else %}
<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endif %}
{% endfor %}
{% if add_generation_prompt %}
<|im_start|>assistant
{% endif %}""",
    "two blocks to a turn": "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}!{% endgeneration %}{{ ' #' }}{% generation %}<|im_end|>{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}{{ '\\n' }}{% endfor %}",
}

CONVERSATIONS = {
    "one answer": [("system", "Rate the answer as JSON."), ("user", "患者が転倒した。"), ("assistant", '{"safety":4,"harm":false}')],
    "Japanese": [("user", "薬剤師が確認せずに投与した。"), ("assistant", "直ちに主治医へ報告し、バイタルを確認する。")],
    "three rounds": [
        ("system", "短く答える"),
        ("user", "a"),
        ("assistant", " first answer "),
        ("user", "二つ目"),
        ("assistant", "二つ目の答え\nof two lines"),
        ("user", "?"),
        ("assistant", "{}"),
    ],
    "🙂 and spaces": [("user", "  🙂👨‍👩‍👧 "), ("assistant", "🏥  ok  🚑")],
    "not the last word": [("user", "q"), ("assistant", "a"), ("user", "again")],
}


def tokenizer():
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    inner.decoder = decoders.ByteLevel()
    inner.post_processor = processors.ByteLevel(trim_offsets=False)
    special = [AddedToken(text, special=True, normalized=False) for text in ("<|endoftext|>", "<|im_start|>", "<|im_end|>")]
    texts = [content for turns in CONVERSATIONS.values() for _, content in turns] + ["system", "user", "assistant\n"]
    trainer = trainers.BpeTrainer(
        vocab_size=330, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    inner.train_from_iterator(texts, trainer)
    return inner


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    inner = tokenizer()
    inner.save(str(OUT / "tokenizer.json"), pretty=False)
    (OUT / "tokenizer_config.json").write_text('{"eos_token": "<|im_end|>"}\n', encoding="utf-8")
    fast = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<|im_end|>")
    cases = []
    for name, template in TEMPLATES.items():
        for conversation, turns in CONVERSATIONS.items():
            messages = [{"role": role, "content": content} for role, content in turns]
            made = fast.apply_chat_template(
                messages, chat_template=template, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
            )
            mask = made.get("assistant_masks", made.get("assistant_mask"))
            cases.append({"template": name, "conversation": conversation, "tokens": made["input_ids"], "mask": mask})
            assert any(mask), (name, conversation)
    conversations = {
        name: [{"role": role, "content": content} for role, content in turns] for name, turns in CONVERSATIONS.items()
    }
    result = {"templates": TEMPLATES, "conversations": conversations, "cases": cases}
    (OUT / "masks.json").write_text(json.dumps(result, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(cases)} cases")


if __name__ == "__main__":
    main()
