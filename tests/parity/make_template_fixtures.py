#!/usr/bin/env python3
"""Make tests/parity/fixtures/templates.json: chat templates as transformers renders them.

Needed only to remake the fixture (see requirements.txt), never by `make test`.
The templates are written here, each in the manner of a family of models and
using what that family's templates use; the embedded model's own comes from its
file (scripts/fetch-model).
"""

import json
from datetime import datetime
from pathlib import Path
from unittest import mock

import gguf
from transformers.utils import chat_template_utils

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent.parent / "target" / "models" / "smollm2-135m-instruct-q4_1.gguf"
OUT = HERE / "fixtures" / "templates.json"
# What the engine's `Now::default` says.
NOW = datetime(2025, 1, 1, 0, 0, 0)

TEMPLATES = {
    "headers, trimmed, with a date": """{{- bos_token }}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "01 Feb 2003" %}
    {%- endif %}
{%- endif %}

{#- The first message may be the system's. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}

{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
""",
    "brackets, alternating": """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}""",
    "turns with renamed roles": """{{ bos_token }}
{%- set ns = namespace(first='') %}
{% if messages[0]['role'] == 'system' %}{% set ns.first = messages[0]['content'] + '\\n\\n' %}{% set messages = messages[1:] %}{% endif %}
{% for message in messages %}
    {%- set role = 'model' if message.role == 'assistant' else message.role %}
<start_of_turn>{{ role }}
{{ ns.first ~ message.content | trim }}<end_of_turn>
    {%- set ns.first = '' %}
{% endfor %}
{%- if add_generation_prompt %}
<start_of_turn>model
{% endif %}""",
    "thinking, last query searched from the end": """{%- if messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool>') and message.content.endswith('</tool>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- set content = message.content if message.content is string else '' %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set thought = '' %}
        {%- if '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index and (loop.last or thought) %}
            {{- '<|im_start|>assistant\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content }}
        {%- else %}
            {{- '<|im_start|>assistant\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}""",
    "generation tags and a macro": """{%- macro turn(role, text) -%}
<|{{ role }}|>
{{ text }}
{%- endmacro -%}
{% for message in messages %}
{% if message.role == 'assistant' %}
<|assistant|>
{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}
{% else %}
{{ turn(message.role, message.content) }}
{% endif %}
{% endfor %}
{% if add_generation_prompt %}
<|assistant|>
{% endif %}
""",
    "everything as data": """{%- for message in messages -%}
{{ message | tojson }} {{ {'n': loop.index, 'last': loop.last, 'none': none, 'x': 2.5, 'list': [1, 'é<&>']} | tojson(indent=2) }}
{% for key, value in message.items() %}{{ key }}={{ value | length }}{{ ';' if not loop.last }}{% endfor %} {{ message.get('name', 'nobody') }} {{ message.content.upper().replace('A', '*') }} {{ message.content.splitlines() | join('/') }} {{ loop.first }} {{ message.role.title() }} {{ message.missing is defined }} {{ message.content[:3] }} {{ message.content[-1:] }} {{ 7 // 2 }} {{ 7 / 2 }} {{ 2 ** 3 }} {{ [1, 2] + [3] }} {{ range(3) | list }} {{ message.content | first }} {{ (message.content | trim).split(' ')[0] }}
{% endfor -%}""",
}

CONVERSATIONS = {
    "one question": [("user", "薬は何錠ですか?")],
    "rubric and case": [("system", "  Rate from 1 to 5.\n採点基準。 "), ("user", "case: fell\n\noutput: ok ")],
    "answered": [("system", "採点"), ("user", "A a\nB"), ("assistant", '{"score": 4}')],
    "two rounds": [("user", "q1"), ("assistant", "<think>\nwhy\n</think>\n\na1"), ("user", " q2"), ("assistant", "a2 ")],
    "out of order": [("user", "q1"), ("user", "q2")],
}


class Frozen(datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def main():
    fields = gguf.GGUFReader(MODEL).fields
    templates = {"the embedded model's": fields["tokenizer.chat_template"].contents()} | TEMPLATES
    cases = []
    for name, template in templates.items():
        for conversation, turns in CONVERSATIONS.items():
            messages = [{"role": role, "content": content} for role, content in turns]
            for prompt in (False, True):
                case = {"template": name, "conversation": conversation, "add_generation_prompt": prompt}
                try:
                    with mock.patch.object(chat_template_utils, "datetime", Frozen):
                        rendered, _ = chat_template_utils.render_jinja_template(
                            conversations=[messages], chat_template=template, add_generation_prompt=prompt,
                            bos_token="<s>", eos_token="</s>",
                        )
                    case["text"] = rendered[0]
                except Exception as error:  # a template's own refusal
                    case["error"] = str(error)
                cases.append(case)
    conversations = {
        name: [{"role": role, "content": content} for role, content in turns] for name, turns in CONVERSATIONS.items()
    }
    result = {"templates": templates, "conversations": conversations, "cases": cases}
    OUT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(cases)} cases, {sum('error' in case for case in cases)} refusals")


if __name__ == "__main__":
    main()
