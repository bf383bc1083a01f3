"""Writes jinja-cases.json: templates and what Jinja2 3.1.6 renders in transformers' environment.

Run `python3 jinja_cases.py` in this folder with jinja2 installed; the same seed gives the same file.
A case is [area, template, rendered], with null for a template that Jinja2 refuses.
"""

import json
import random
import re

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

from families import FAMILIES


class Generation(Extension):
    """Accepts generation tags, as transformers' own extension does."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        call = self.call_method("render_body")
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def render_body(self, caller):
        return caller()


def environment():
    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(
            x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
        )

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    return env


CONTEXT = {
    "s": "Hello Wörld", "t": "  a\tb \n", "e": "", "emoji": "a😀béc", "quote": "it's \"q\"",
    "lines": "l1\nl2\r\nl3\u2028l4\n", "n": 3, "neg": -7, "z": 0, "big": 12345678901234567,
    "f": 2.5, "one": 1.0, "tiny": 1e-7, "huge": 1e22, "yes": True, "no": False, "nil": None,
    "l": [3, 1, 2], "words": ["b", "A", "c", "a"], "el": [], "nested": [[1, "x"], [2, "y"]],
    "mixed": [1, "a", None, True, 2.5, [1], {"k": "v"}],
    "d": {"b": 2, "a": 1, "C": 3, "items": "key"}, "ed": {},
    "msgs": [
        {"role": "system", "content": "Sys"},
        {"role": "user", "content": " Hi 'q' "},
        {"role": "assistant", "content": "<think>x</think>\n\nOk", "tool_calls": [
            {"function": {"name": "f", "arguments": {"a": 1, "b": "é<&>\u2028"}}}]},
        {"role": "tool", "content": "res"},
        {"role": "tool", "content": "res2"},
        {"role": "user", "content": [
            {"type": "text", "text": "T1"}, {"type": "image"}, {"type": "text", "text": "T2"}]},
    ],
}  # fmt: skip

VALUES = [name for name in CONTEXT if name != "msgs"] + [
    "undef", "(1, 2)", "(1,)", "()", "{1: 2}", "'a' 'b'", "1e16", "0.1", "1/3", "range(3)",
    "range(5, 0, -2)", "d.items()", "d.keys()", "'ß'", "'ABC def-ghi (jkl'", "' 12 '", "'-3.7'",
    "'1e3'", "0x1F", "1_000",
]  # fmt: skip

OPERATORS = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", "<=", "in", "not in", "and", "or"]

FILTERS = [
    "abs", "batch(2, 'z') | list", "capitalize", "center(9)", "default('x', true)", "dictsort",
    "dictsort(by='value')", "dictsort(reverse=true)", "first", "float(1)", "indent(2, true)",
    "indent('>', blank=true)", "int(5)", "int(base=16)", "items | list", "join(', ')", "last",
    "length", "list", "lower", "map('upper') | list", "max", "min", "reject | list",
    "replace('a', 'bb')", "replace('', '_')", "replace('l', 'L', 1)", "reverse | list", "round(1)",
    "round(-1)", "round(1, 'ceil')", "select('string') | list", "slice(2) | list", "sort",
    "sort(reverse=true)", "sort(case_sensitive=true)", "string", "sum", "title", "tojson",
    "tojson(indent=2)", "tojson(true)", "tojson(sort_keys=true)", "tojson(separators=(',', ':'))",
    "trim", "trim('bl')", "unique | list", "upper", "wordcount", "format",
]  # fmt: skip

TESTS = [
    "defined", "none", "boolean", "true", "integer", "float", "number", "string", "mapping",
    "sequence", "iterable", "callable", "odd", "even", "lower", "upper", "divisibleby 3",
    "in [1, 2, 'a']", "eq 3", "lt 3", "sameas none",
]  # fmt: skip

METHODS = [
    "upper()", "title()", "capitalize()", "swapcase()", "strip()", "lstrip()", "rstrip('\\n b')",
    "split()", "split(' ')", "split(None, 1)", "rsplit(' ', 1)", "rsplit(None, 1)", "split('l')[-1]",
    "rsplit('l')", "splitlines()", "splitlines(true)", "startswith('H')", "startswith(('x', 'H'))",
    "endswith('')", "find('l')", "rfind('l')", "find('b', 2)", "find('l', -3)", "find('', 99)",
    "index('l')", "count('l')", "count('')", "replace('l', '', 1)", "replace('', '-')",
    "join(['a', 'b'])", "isupper()", "islower()", "istitle()", "isalpha()", "isalnum()", "isdigit()",
    "isspace()", "isascii()", "isprintable()", "partition('l')", "rpartition('z')",
    "removeprefix('He')", "removesuffix('ld')", "center(14, '*')", "ljust(14)", "rjust(14)",
    "zfill(14)", "get('a')", "get('zz')", "get('zz', 1)", "keys() | list", "values() | list",
    "items() | list", "count(1)", "index(1)", "append(1)", "pop()", "update({})", "copy()", "x",
    "x.y", "__class__", "0", "1",
]  # fmt: skip

SUBSCRIPTS = [
    "0", "-1", "-9", "'a'", "'items'", "'upper'", "1:", "::-1", ":2", "-2:", "1:-1", "::-2",
    "5:1:-1", "10:", "-100:100", "none", "true", "1.0", "0.5",
]  # fmt: skip

FORMATS = [
    "'%s|%r' % ({0}, {0})", "'%d' % ({0},)", "'%05.2f' % ({0},)", "'%-6d|' % ({0},)",
    "'%+x' % ({0},)", "'{{}}-{{0}}' % ({0},)", "'{{0!r}}{{x}}'.format({0}, x=1)",
    "[{0}, ({0},), {{'k': {0}}}]", "-({0})", "not {0}", "1 if {0} else 2", "{0} if no",
    "[{0}] == [{0}]", "dict(a={0})", "({0})()",
]  # fmt: skip

HAND = {
    "precedence": [
        "{{ 1 + 2 ~ 3 }}", "{{ 'a' ~ 1 + 2 }}", "{{ 2 ** 3 ** 2 }}", "{{ -2 ** 2 }}",
        "{{ - 2 | abs }}", "{{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }}", "{{ not 1 == 2 }}",
        "{{ 'a' ~ 'b' | upper }}", "{{ ('a' ~ 'b') | upper }}", "{{ 1 if no else 2 if no else 3 }}",
        "{{ 1 or 1 / 0 }}{{ 0 and 1 / 0 }}", "{{ l | length > 2 and l[0] == 3 }}",
        "{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % -3 }} {{ -7 % 3 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }}",
        "{{ 2 ** -1 }} {{ 2 ** 0.5 }} {{ 10 / 5 }} {{ 10 // 5.0 }}", "{{ 1, 2 }}{{ (1) }}{{ () }}",
        "{{ x is defined and x or 'no' }}", "{{ 3 is odd is true }}", "{{ 1 in [1] in [[1]] }}",
        "{{ n is not none and n is number }}", "{{ n is divisibleby 3 }}{{ n is divisibleby(2) }}",
    ],
    "literals": [
        "{{ 'a\\n\\t\\x41\\u00e9\\U0001F600\\\\\\'\\q\\101' }}", "{{ \"a'b\" 'c\"d' }}",
        "{{ 0b101 }} {{ 0o17 }} {{ 0xfF }} {{ 1_0 }} {{ 1.5e3 }} {{ 1e-7 }} {{ 1e16 }} {{ 0.1 }}",
        "{{ [1, 2,] }}{{ {'a': 1, 'b': [2,],} }}{{ (1,) }}", "{{ true }}{{ True }}{{ none }}{{ None }}",
        "{{ {1: 'a', 1.0: 'b', true: 'c'} }}", "{{ 100000000000000000 * 10 }}", "{{ 'é\\é' }}",
        "{{ 123456789.123456789 }} {{ 5e-324 }} {{ 1.7976931348623157e308 }} {{ 2e-3 }} {{ 9007199254740993.0 }}",
    ],
    "undefined": [
        "[{{ u }}]", "{{ u.a }}", "{{ d.zz.a }}", "{{ d['zz'] is defined }}", "{{ u is none }}",
        "{{ u + 1 }}", "{{ 1 + u }}", "{{ u == u2 }}", "{{ u ~ 'x' }}", "{{ u | length }}", "{{ u < 1 }}",
        "{% for x in u %}x{% else %}none{% endfor %}", "{{ [u] }}", "{{ u | tojson }}", "{{ u() }}",
        "{{ u | default('d') }}", "{{ nil | default('d') }}", "{{ nil | default('d', true) }}",
        "{{ 'a' in u }}", "{{ u in [1] }}", "{{ l[9] is defined }}", "{{ -u }}", "{{ u | join }}",
        "{{ nil.x is defined }}", "{{ u[0] }}", "{{ u | first is defined }}", "{{ u | trim }}", "{{ u % 2 }}",
    ],
    "loops": [
        "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}"
        "{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}",
        "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for x in 'aé😀' %}{{ x }}.{% endfor %}",
        "{% for x in l if x > 1 %}{{ loop.index }}{{ x }}{{ loop.length }}{% else %}e{% endfor %}",
        "{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}",
        "{% for x in l %}a{{ x }}{% if x == 1 %}{% break %}{% endif %}b{% endfor %}",
        "{% for x in l %}{% break %}{% else %}else{% endfor %}", "{% for x in 3 %}{% endfor %}",
        "{% for x in l %}a{% continue %}{% else %}else{% endfor %}", "{% for a, b in l %}{% endfor %}",
        "{% for x in l %}{% for y in l %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}",
        "{% for x in l %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x > 1) }}{% endfor %}",
        "{% for (a, (b, c)) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for x in nil %}{% endfor %}",
        "{% for x in msgs | map(attribute='role') %}{{ loop.length }}{{ x }}{{ loop.last }}{% endfor %}",
        "{% for x in range(2, 8, 3) %}{{ x }}{{ loop.depth }}{% endfor %}", "{% for x in d %}{{ x }}{% endfor %}",
        "{% set g = l | select %}{% for x in g %}{{ x }}{% endfor %}{% for x in g %}again{% endfor %}",
        "{% for x in l %}{% else %}{% endfor %}{{ x is defined }}", "{{ loop is defined }}",
    ],
    "scopes": [
        "{% set x = 1 %}{% for y in l %}{% set x = x + y %}{{ x }}{% endfor %}{{ x }}",
        "{% set x = 1 %}{% if yes %}{% set x = 2 %}{% endif %}{{ x }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}",
        "{% set ns = namespace(x=0, y='a') %}{% for y in l %}{% set ns.x = ns.x + y %}{% endfor %}{{ ns.x }}{{ ns.y }}{{ ns.q }}",
        "{% set x %}a{{ n }}{% set inner = 1 %}{% endset %}{{ x }}{{ inner is defined }}",
        "{% set x | upper | replace('A', 'b') %}aXa{% endset %}{{ x }}", "{% filter upper %}a{{ s }}{% endfilter %}",
        "{% with a = n, b = 2 %}{{ a }}{{ b }}{% set c = 3 %}{% endwith %}{{ a is defined }}{{ c is defined }}",
        "{% with n = 5, m = n %}{{ n }}{{ m }}{% endwith %}", "{% set d.x = 1 %}", "{% set u.x = 1 %}",
        "{% set n = n + 1 %}{{ n }}", "{% generation %}g{% set gx = 1 %}{% endgeneration %}{{ gx is defined }}",
        "{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns['b'] }}", "{% set a, b = l %}", "{% set (a) = 1 %}{{ a }}",
        "{% set range = 5 %}{{ range }}", "{% set ns = namespace(items=[]) %}{% set ns.items = ns.items + [1] %}{{ ns.items }}",
    ],
    "macros": [
        "{% macro m(a, b=2, c=a) %}{{ a }}|{{ b }}|{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, c=3) }} {{ m() }} {{ m(b=1, a=0) }}",
        "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}", "{% macro m() %}{% endmacro %}{{ m(1) }}",
        "{% macro m(a) %}{% endmacro %}{{ m(b=1) }}", "{% macro m(a) %}{% endmacro %}{{ m(1, a=1) }}",
        "{% macro m(x) %}<{{ caller(x) }}>{% endmacro %}{% call(y) m(5) %}{{ y }}{{ n }}{% endcall %}",
        "{% macro m() %}{{ caller is defined }}{{ caller() if caller }}{% endmacro %}{{ m() }}{% call m() %}c{% endcall %}",
        "{% macro m() %}{% endmacro %}{% call m() %}c{% endcall %}", "{% macro m() %}{{ later }}{% endmacro %}{% set later = 1 %}{{ m() }}",
        "{% macro m(k) %}{% if k %}{{ k }}{{ m(k - 1) }}{% endif %}{% endmacro %}{{ m(5) }}",
        "{% for x in l %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}{{ m is defined }}",
        "{% macro m(x) %}{% set y = x %}{% endmacro %}{{ m(1) }}{{ y is defined }}", "{{ m2 is defined }}{{ m2() }}",
        "{% macro m() -%}\n  a\n{%- endmacro %}[{{ m() }}]{{ m() | length }}{{ m() ~ 1 }}", "{% macro m(a=[]) %}{{ a + [1] }}{% endmacro %}{{ m() }}{{ m() }}",
    ],
    "white space": [
        "a\n  {% if yes %}\n  b\n  {% endif %}\nc\n", "a  {%- if yes -%}  b  {%- endif -%}  c", "  {{ n }}  \n", "  {{- n -}}  x",
        "a\n  {%+ if yes %}b{% endif %}\n\nc", "{% if yes +%}\nb{% endif %}", "a {# c #}\n b {#- c -#}\n c\n  {# d #}\n  e",
        "{% raw %}{{ x }}{% endraw %}", "a\n  {% raw -%}\n {{ x }}{% endraw %}\nb", "a {%- raw %} {% x {%- endraw -%}\n b", "x\r\ny\rz\r\n",
        "{% set x = 1 %}\n{% set y = 2 %}\n{{ x }}\n\n", "\u00a0{%- if yes %}\u2003{%- endif %}\x1c{%- if yes %}x{% endif %}",
        "{%if yes%}a{%endif%}", "{{'}}'}}{{ '%}' }}", "{{ {'a': {'b': 1}} }}", "{{\n1\n}}\n", "a{#- x\n -#}\n\nb", "\n\n{% if yes %}\n\n{% endif %}\n\n",
        "  {% if yes %}a{% endif %}  {% if yes %}\n  b{% endif %}\n", "{{ 1 }}\n{% if yes %}\n{% endif -%}\n\n{{ 2 }}", "", "\n", "  ", "{", "{ {", "}}",
    ],
    "json": [
        "{{ mixed | tojson }}", "{{ msgs[2] | tojson }}", "{{ msgs[2] | tojson(indent=4) }}", "{{ {'a': [], 'b': {}, 'c': [1, [2]]} | tojson(indent=1) }}",
        "{{ {1: 1, none: 2, true: 3, 1.5: 4} | tojson }}", "{{ '</script>&\\'\\u2028\\x7f\\x01é😀\\\\/' | tojson }}", "{{ 'é😀\\x7f' | tojson(ensure_ascii=true) }}",
        "{{ [1.0, 1e16, 1e-7, 0.1, 100, -0.0] | tojson }}", "{{ (1, 2) | tojson }}", "{{ {(1, 2): 3} | tojson }}", "{{ range(2) | tojson }}", "{{ d.items() | tojson }}",
        "{{ [1, 2] | tojson(indent='--') }}", "{{ {'b': 1, 'a': {'d': 1, 'c': 2}} | tojson(sort_keys=true) }}", "{{ ('inf' | float) | tojson }}",
        "{{ [1, 2] | tojson(separators=(';', '=')) }}", "{{ [1] | tojson(indent=0) }}", "{{ [d.a] | tojson | upper }}", "{{ s.upper | tojson }}",
    ],
    "selection": [
        "{{ msgs | selectattr('role', 'equalto', 'tool') | list | length }}", "{{ msgs | rejectattr('tool_calls') | map(attribute='role') | join(',') }}",
        "{{ msgs | selectattr('tool_calls') | map(attribute='tool_calls.0.function.name') | first }}", "{{ msgs | map(attribute='x', default='D') | join }}",
        "{{ msgs | map(attribute='role') | unique | join(' ') }}", "{{ l | map('string') | join }}", "{{ words | map('replace', 'a', 'z') | list }}",
        "{{ 'y' if msgs | selectattr('role', 'equalto', 'nobody') else 'n' }}", "{{ l | select('gt', 1) | list }}{{ l | reject('odd') | list }}",
        "{{ l | map('nofilter') | list }}", "{{ l | select('notest') | list }}", "{{ l | select | length }}", "{{ l | map(attribute='a') | list }}",
        "{{ msgs | map(attribute='role') | select('in', ['user', 'tool']) | list }}", "{{ nested | map('last') | join('-') }}", "{{ nested | sum(attribute=0) }}",
        "{{ msgs | sort(attribute='role') | map(attribute='role') | join(',') }}", "{{ [{'a': 2, 'b': 1}, {'a': 1, 'b': 2}] | sort(attribute='a,b') }}",
        "{{ words | sort }}{{ words | sort(true, true) }}{{ words | min }}{{ words | max(case_sensitive=true) }}", "{{ [1, 'a'] | sort }}", "{{ l | nofilter }}", "{{ l is notest }}",
        "{% if no %}{{ l | nofilter }}{% endif %}ok", "{{ msgs[-1].content | selectattr('text') | map(attribute='text') | join('\\n') }}",
    ],
    "sandbox": [
        "{{ d.items() | list }}", "{{ d['items'] }}", "{{ d.get('items') }}", "{{ d.update is defined }}", "{{ d.update({'x': 1}) }}", "{{ l.append(1) }}",
        "{% set _ = l.pop() %}", "{{ l.sort() }}", "{{ d.setdefault('q', 1) }}", "{{ s.__class__ }}", "{{ s.__class__.mro() }}", "{{ l.__len__() }}", "{{ ().__class__.__base__ }}",
        "{{ d.a }}{{ d['b'] }}{{ d.C }}", "{{ range(100001) | length }}", "{{ range(100000) | length }}", "{{ raise_exception('stop') }}", "{{ n.nope is defined }}",
        "{{ s() }}", "{{ nil() }}", "{{ l.0 }}{{ l.1 }}{{ nested.0.1 }}", "{{ l['0'] is defined }}", "{{ s.upper() }}{{ s['upper']() }}", "{{ 'a'.join(words) }}", "{{ ' '.join(l) }}",
    ],
    "errors": [
        "{% if %}", "{% if yes %}", "{% endif %}", "{{ 1 + }}", "{{ (1 }}", "{{ [1) }}", "{% for x l %}{% endfor %}", "{{ 'abc }}", "{{ 1", "{# open", "{% raw %}x", "{% nope %}",
        "{{ a b }}", "{% set 1 = 2 %}", "{% set none = 1 %}", "{% break %}", "{% macro m(a=1, b) %}{% endmacro %}", "{{ m(a=1, 2) }}", "{{ x is }}", "{{ x | }}", "{{ }}", "{% for x in l %}{% endif %}",
        "{{ 1 is odd is even }}", "{{ 1 / 0 }}", "{{ 'a' + 1 }}", "{{ 1 + 'a' }}", "{{ [1] + 'a' }}", "{{ 'a' < 1 }}", "{{ l | join(1, 2, 3, 4) }}", "{{ 'a' * 'b' }}", "{{ {[]: 1} }}", "{{ 1 in 2 }}",
        "{{ 1 in 'a' }}", "{% call 1 %}{% endcall %}", "{{ ? }}", "{% else %}", "{% if a %}{% else %}{% elif %}{% endif %}", "{% set x = %}", "{% with a %}{% endwith %}", "{{ x.'a' }}", "{{ 5 | length }}",
    ],
}  # fmt: skip


def expressions(rng):
    """A sample of each kind of expression over the values, as [area, expression]."""
    yield from (["operators", f"{a} {o} {b}"] for a in VALUES for b in VALUES for o in OPERATORS
                if rng.random() < 0.01 and not (o == "-" and "d." in a + b))
    yield from (["filters", f"({v}) | {f}"] for v in VALUES for f in FILTERS
                if rng.random() < 0.17 and not (v == "huge" and "int" in f))
    yield from (["tests", f"({v}) is {t}"] for v in VALUES for t in TESTS if rng.random() < 0.17)
    yield from (["methods", f"({v}).{m}"] for v in VALUES for m in METHODS if rng.random() < (0.3 if v in "steemojiquotelinesd" else 0.04))
    yield from (["items", f"({v})[{i}]"] for v in VALUES for i in SUBSCRIPTS
                if rng.random() < 0.2 and not (":" in i and v[0] in "{01"))
    yield from (["formats", form.format(v)] for v in VALUES for form in FORMATS if rng.random() < 0.3)


class Random:
    """Random nested templates that mostly succeed."""

    SPACES = ["", "", "\n", " ", "  \n", "\n  ", "\t", "\n\n", "a", "b\n", "\r\n", " \u00a0", "\x1c\n", " d \n "]
    ATOMS = ["s", "t", "n", "f", "l", "words", "x", "y", "undef", "nil", "yes", "'q'", "3", "l[0]", "d.a", "d['zz']",
             "ns.v", "m(1)", "m(x, y=2)", "l|length", "{'k': x}", "s[::-1]"]  # fmt: skip
    LOOP = ["loop.index", "loop.first", "loop.last", "loop.length", "loop.cycle('a', 'b')", "loop.revindex", "loop.nextitem", "loop.previtem"]
    FILTERS = ["trim", "tojson", "upper", "default(1)", "string", "int(4)", "string|sort", "string|reverse", "d(x, true)", "title"]
    TESTS = ["defined", "none", "string", "mapping", "iterable", "number", "eq(1)", "boolean"]

    def __init__(self, rng):
        self.rng = rng

    def tag(self, text):
        return self.rng.choice(["{% ", "{% ", "{%- ", "{%+ "]) + text + self.rng.choice([" %}", " %}", " -%}", " +%}"])

    def expression(self, loop, depth=0):
        pick, kind, inner = self.rng.choice, self.rng.random(), lambda: self.expression(loop, depth + 1)
        if depth > 1 or kind < 0.45:
            return pick(self.ATOMS + (self.LOOP if loop else []))
        if kind < 0.6:
            return f"{inner()} {pick(['~', '~', '==', '!=', 'and', 'or'])} {inner()}"
        if kind < 0.75:
            return f"({inner()})|{pick(self.FILTERS)}"
        if kind < 0.85:
            return f"({inner()}) is {pick(['', 'not '])}{pick(self.TESTS)}"
        return f"({inner()} if {inner()}{pick(['', ' else ' + inner()])})"

    def body(self, depth=0, loop=False):
        return "".join(self.rng.choice(self.SPACES) + self.statement(depth, loop) for _ in range(self.rng.randint(1, 3)))

    def statement(self, depth, loop):
        pick, tag, value = self.rng.choice, self.tag, self.expression(loop)
        kind = 0 if depth > 2 else self.rng.randint(0, 8)
        if kind == 1:
            return tag(f"set {pick(['x', 'y', 'ns.v'])} = {value}")
        if kind == 2:
            return tag(f"if {value}") + self.body(depth + 1, loop) + tag("else") + self.body(depth + 1, loop) + tag("endif")
        if kind in (3, 4):
            items = pick(["l", "words", "d", "d.items()", "nested", "range(3)", "el", "undef", "s[:3]", "words|batch(2)"])
            condition = pick(["", "", " if x"])
            return tag(f"for x in {items}{condition}") + self.body(depth + 1, True) + tag("endfor")
        if kind == 5:
            return tag("set y" + pick(["", " | trim"])) + self.body(depth + 1) + tag("endset")
        if kind == 6:
            return tag(pick(["generation", "filter upper", "with x=1"])) + "g" + tag("end?")
        if kind == 7 and loop:
            return tag(f"if {value}") + tag(pick(["break", "continue"])) + tag("endif")
        return pick(["{{ ", "{{- "]) + value + pick([" }}", " -}}"])

    def template(self):
        text = "{% set ns = namespace(v=0) %}{%- macro m(x, y=7) -%}<{{x}}|{{y}}>{%- endmacro %}" + self.body()
        return re.sub(r"(generation|filter|with)([^%]*%\}g\{%[+-]? )end\?", r"\1\2end\1", text)


ADDRESS = re.compile(r"<(generator|built-in|bound|function|method|list_rev|reversed|jinja2|Namespace|class)| at 0x")


def render(env, area, template, context):
    # A fresh copy, since Python's `+=` inside a filter can change a list.
    try:
        rendered = env.from_string(template).render(**json.loads(json.dumps(context)))
    except Exception:
        return [area, template, None]
    return None if ADDRESS.search(rendered) else [area, template, rendered]


def main():
    env, rng = environment(), random.Random(20240607)
    cases = [render(env, area, t, CONTEXT) for area, templates in HAND.items() for t in templates]
    sampled = [render(env, area, "{{ " + e + " }}", CONTEXT) for area, e in expressions(rng)]
    # Of the many that both refuse, a few are enough.
    cases += [case for case in sampled if case is not None and (case[2] is not None or rng.random() < 0.2)]
    generator = Random(rng)
    randoms = [t for t in (generator.template() for _ in range(900)) if len(t) < 450][:300]
    cases += [render(env, "random", t, CONTEXT) for t in randoms]
    families = [[name, text, [[c, render(env, name, text, c)[2]] for c in contexts]] for name, text, contexts in FAMILIES]
    kept = [case for case in cases if case is not None]
    with open("jinja-cases.json", "w", encoding="utf-8") as out:
        lines = ",\n".join(json.dumps(case) for case in kept)
        out.write('{"context": ' + json.dumps(CONTEXT) + ',\n"cases": [\n' + lines + "],\n")
        out.write('"families": ' + json.dumps(families) + "}\n")
    print(len(kept), "cases,", sum(case[2] is None for case in kept), "refused")


if __name__ == "__main__":
    main()
