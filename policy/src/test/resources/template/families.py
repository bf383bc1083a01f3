"""Chat templates in our own words, with the constructs that the families' real ones use.

Each entry is (family, template, contexts). The texts differ from the real templates; what they
exercise is the same: system defaults, tool lists, dates, alternation rules, thinking blocks.
"""

TOOL = {"type": "function", "function": {
    "name": "add", "description": "Adds <two> & says \"so\"",
    "parameters": {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}}}
CALL = {"type": "function", "id": "abcdefghi", "function": {"name": "add", "arguments": {"a": 1, "b": "é"}}}

USER = [{"role": "user", "content": " Hi there "}]
SYSTEM = [{"role": "system", "content": "Be brief."}] + USER
TALK = SYSTEM + [{"role": "assistant", "content": "<think>\nhm\n</think>\n\nHello"}, {"role": "user", "content": "And?"}]
TOOLS = USER + [
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "content": "3", "tool_call_id": "abcdefghi"},
    {"role": "tool", "content": {"x": 1}, "tool_call_id": "abcdefghi"},
    {"role": "assistant", "content": "It is 3."},
    {"role": "user", "content": "<tool_response>x</tool_response>"},
]
BAD = [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]
PARTS = [{"role": "user", "content": [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}]}]


def contexts(*options):
    base = {"bos_token": "<s>", "eos_token": "</s>", "tools": None, "documents": None}
    talks = [USER, SYSTEM, TALK, TOOLS, BAD, PARTS]
    return [
        {**base, "messages": m, "add_generation_prompt": g, **o}
        for m in talks for g in (True, False) for o in (options or ({},))
    ]


LLAMA3 = """{{- bos_token }}
{%- if not date is defined %}
    {%- if strftime_now is defined and messages is none %}
        {%- set date = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date = "01 Jan 2024" %}
    {%- endif %}
{%- endif %}
{%- if offered is defined %}
    {%- set tools = offered %}
{%- endif %}

{#- Taking the first message off the list rebinds the caller's variable. #}
{%- set preface = "" %}
{%- if messages[0]['role'] == 'system' %}
    {%- set preface = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- endif %}
{{- "[system]\\n" + "It is " + date + ".\\n" + preface }}
{%- if not tools is none %}
    {%- for entry in tools %}
        {{- entry | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- "[end]" }}
{%- for m in messages %}
    {%- if 'tool_calls' in m %}
        {%- if not m.tool_calls|length == 1 %}
            {{- raise_exception("one call at a time") }}
        {%- endif %}
        {%- set f = m.tool_calls[0].function %}
        {{- '[assistant]{"name": "' + f.name + '", ' -}}
        {{- '"parameters": ' }}
        {{- f.arguments | tojson }}
        {{- "}[end]" }}
    {%- elif m.role in ["tool", "ipython"] %}
        {{- "[ipython]\\n" }}
        {%- if m.content is mapping or m.content is iterable %}
            {{- m.content | tojson }}
        {%- else %}
            {{- m.content }}
        {%- endif %}
        {{- "[end]" }}
    {%- else %}
        {{- '[' + m['role'] + ']\\n'+ m['content'] | trim + '[end]' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '[assistant]\\n' }}
{%- endif %}
"""

SMOLLM2 = (
    "{% for m in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '[system]\nA small model\n' }}{% endif %}"
    "{{'[' + m['role'] + ']\n' + m['content'] + '[end]' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '[assistant]\n' }}{% endif %}"
)

MISTRAL = """{%- set rest = messages %}
{%- if messages[0]["role"] == "system" %}
    {%- set preface = messages[0]["content"] %}
    {%- set rest = messages[1:] %}
{%- endif %}
{%- set asked = rest | selectattr("role", "equalto", "user") | list %}
{%- set count = namespace() %}
{%- set count.turns = 0 %}
{%- for m in rest %}
    {%- if not (m.role == "tool" or (m.tool_calls is defined and m.tool_calls is not none)) %}
        {%- if (m["role"] == "user") != (count.turns % 2 == 0) %}
            {{- raise_exception("users and assistants take turns") }}
        {%- endif %}
        {%- set count.turns = count.turns + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for m in rest %}
    {%- if m["role"] == "user" %}
        {%- if tools is not none and (m == asked[-1]) %}
            {{- "(tools) [" }}
            {%- for tool in tools %}
                {%- for key, val in tool.function.items() if key != "return" %}
                    {%- if val is string %}
                        {{- '"' + key + '": "' + val + '"' }}
                    {%- else %}
                        {{- '"' + key + '": ' + val|tojson }}
                    {%- endif %}
                    {{- ", " if not loop.last }}
                {%- endfor %}
                {{- "; " if not loop.last else "]" }}
            {%- endfor %}
        {%- endif %}
        {%- if loop.last and preface is defined %}
            {{- "(user) " + preface + "\\n" + m["content"] }}
        {%- else %}
            {{- "(user) " + m["content"] }}
        {%- endif %}
    {%- elif m.tool_calls is defined and m.tool_calls is not none %}
        {%- for call in m.tool_calls %}
            {%- set out = call.function|tojson %}
            {{- "(call) " + out[:-1] }}
            {%- if not call.id is defined or call.id|length != 9 %}
                {{- raise_exception("a call's id has nine characters") }}
            {%- endif %}
            {{- ', "id": "' + call.id + '"}' }}
        {%- endfor %}
    {%- elif m["role"] == "assistant" %}
        {{- " " + m["content"]|trim + eos_token}}
    {%- elif m["role"] == "tool" %}
        {%- if m.content is defined and m.content.content is defined %}
            {%- set shown = m.content.content %}
        {%- else %}
            {%- set shown = m.content %}
        {%- endif %}
        {{- '(result) ' + shown|string + ", " + m.tool_call_id }}
    {%- else %}
        {{- raise_exception("unknown role " ~ m.role) }}
    {%- endif %}
{%- endfor %}
"""

QWEN25 = """{%- set default = 'A helpful model.' %}
{{- '[system]\\n' ~ (messages[0]['content'] if messages[0]['role'] == 'system' else default) }}
{%- if tools %}
    {{- "\\n# Tools\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools>\\n{\\"name\\": <name>}" }}
{%- endif %}
{{- '[end]\\n' }}
{%- for m in messages %}
    {%- if m.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '[user]' }}
        {%- endif %}
        {{- '\\n<answer>' ~ m.content ~ '</answer>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '[end]\\n' }}
        {%- endif %}
    {%- elif m.role == "assistant" and m.tool_calls %}
        {{- '[assistant]' }}
        {%- if m.content %}
            {{- '\\n' + m.content }}
        {%- endif %}
        {%- for call in m.tool_calls %}
            {%- if call.function is defined %}
                {%- set call = call.function %}
            {%- endif %}
            {{- '\\n<call>' }}{{- call.name }}{{- ' ' }}
            {{- call.arguments | tojson }}
        {%- endfor %}
        {{- '[end]\\n' }}
    {%- elif (m.role == "user") or (m.role == "system" and not loop.first) or (m.role == "assistant") %}
        {{- '[' + m.role + ']\\n' + m.content + '[end]' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '[assistant]\\n' }}
{%- endif %}
"""

QWEN3 = """{%- set seen = namespace(searching=true, query=messages|length - 1) %}
{%- for m in messages[::-1] %}
    {%- set at = (messages|length - 1) - loop.index0 %}
    {%- if seen.searching and m.role == "user" and m.content is string and not(m.content.startswith('<tool_response>') and m.content.endswith('</tool_response>')) %}
        {%- set seen.searching = false %}
        {%- set seen.query = at %}
    {%- endif %}
{%- endfor %}
{%- for m in messages %}
    {%- set text = m.content if m.content is string else '' %}
    {%- if m.role == "assistant" %}
        {%- set thought = '' %}
        {%- if m.reasoning_content is string %}
            {%- set thought = m.reasoning_content %}
        {%- elif '</think>' in text %}
            {%- set thought = text.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set text = text.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {{- '[assistant]\\n' }}
        {%- if loop.index0 > seen.query and (loop.last or (not loop.last and thought)) %}
            {{- '<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + text.lstrip('\\n') }}
        {%- else %}
            {{- text }}
        {%- endif %}
        {%- if m.tool_calls %}
            {%- for call in m.tool_calls %}
                {%- if (loop.first and text) or (not loop.first) %}
                    {{- '\\n' }}
                {%- endif %}
                {%- if call.function %}
                    {%- set call = call.function %}
                {%- endif %}
                {{- '<call>' ~ call.name }}
                {%- if call.arguments is string %}
                    {{- call.arguments }}
                {%- else %}
                    {{- call.arguments | tojson }}
                {%- endif %}
            {%- endfor %}
        {%- endif %}
        {{- '[end]\\n' }}
    {%- elif m.role == "tool" %}
        {%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}
            {{- '[user]' }}
        {%- endif %}
        {{- '\\n<answer>' + text + '</answer>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '[end]\\n' }}
        {%- endif %}
    {%- else %}
        {{- '[' + m.role + ']\\n' + text + '[end]' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '[assistant]\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
"""

FAMILIES = [
    ("llama3", LLAMA3, contexts({}, {"tools": [TOOL]}, {"offered": [TOOL], "date": "2 Feb 2025"})),
    ("smollm2", SMOLLM2, contexts()),
    ("mistral", MISTRAL, contexts({}, {"tools": [TOOL, TOOL]})),
    ("qwen2.5", QWEN25, contexts({}, {"tools": [TOOL]})),
    ("qwen3", QWEN3, contexts({}, {"enable_thinking": False})),
]
