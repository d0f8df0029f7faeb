namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Filters. The expected texts are those of Python's Jinja 3.1, set up as Hugging Face does.</summary>
public sealed class FilterTests
{
    private const string Variables =
        """
        {"s":"Hello wörld 😀","t":"  pad \n","n":7,"m":-3,"f":2.5,"big":12345678901234567890,"no":null,"yes":true,
         "l":[3,1,2],"ls":["b","A","c","b"],"ld":[{"k":"x","v":1,"w":{"q":5}},{"k":"Y","v":null},{"k":"x","v":3}],
         "d":{"a":1,"b":"two","items":"it","c":[1,{"z":2}]},"lines":"one\ntwo\r\n\nthree","q":"it's \"q\"\\\té\u200b"}
        """;

    [Theory]
    [InlineData(
        "{{ t | trim }}| {{ 'xxaxx' | trim('x') }} {{ s | upper }} {{ s | lower }} {{ 'hELLO wORLD' | capitalize }}",
        "pad| a HELLO W\u00d6RLD 😀 hello wörld 😀 Hello world")]
    [InlineData("{{ 'they\\'re BILL\\'s friends-here (ok)' | title }}", "They're Bill's Friends-Here (Ok)")]
    [InlineData(
        "{{ 'aaa' | replace('a', 'b') }} {{ 'aaa' | replace('a', 'b', 2) }} {{ 'ab' | replace('', '-') }} {{ 5 | replace('5', 'x') }}",
        "bbb bba -a-b- x")]
    [InlineData(
        "{{ lines | indent }}|{{ lines | indent(2, true, true) }}|{{ 'a\\n' | indent(width='> ') }}",
        "one\n    two\n\n    three|  one\n  two\n  \n  three|a\n")]
    [InlineData("{{ 'abc' | center(9) }}|{{ 'ab' | center(5) }}|{{ 'a' | center(4) }}", "   abc   |  ab | a  ")]
    [InlineData(
        "{{ 'foo bar baz qux' | truncate(9) }} {{ 'foo bar baz qux' | truncate(9, true) }} {{ 'foo bar baz qux' | truncate(11) }} {{ 'foo bar baz qux' | truncate(11, false, '!', 0) }}",
        "foo... foo ba... foo bar baz qux foo bar!")]
    [InlineData(
        "{{ 'a b  c-d' | wordcount }} {{ 'a b/\u00fc&' | urlencode }} {{ '<a href=\"x\">&' | e }} {{ \"'\" | escape }}",
        "4 a%20b/%C3%BC%26 &lt;a href=&#34;x&#34;&gt;&amp; &#39;")]
    [InlineData("{{ '%s-%s' | format('a', 1) }} {{ '%(x)s' | format(x=2) }}", "a-1 2")]
    [InlineData(
        "{{ no | string }} {{ l | string }} {{ 1.0 | string }} {{ yes | lower }} {{ undefd | upper }} {{ 'x' | safe }}",
        "None [3, 1, 2] 1.0 true  x")]
    [InlineData("{{ d | pprint | length }} {{ 'é' | length }} {{ s | length }} {{ s | reverse }}", "55 1 13 😀 dlröw olleH")]
    public void Text(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData("{{ -3 | abs }} {{ m | abs }} {{ -2.5 | abs }}", "3 3 2.5")]
    [InlineData(
        "{{ '12' | int }} {{ ' 1_0 ' | int }} {{ '3.7' | int }} {{ 'x' | int }} {{ 'x' | int(9) }} {{ 3.9 | int }} {{ -3.9 | int }} {{ true | int }} {{ 'ff' | int(base=16) }} {{ no | int(4) }}",
        "12 10 3 0 9 3 -3 1 255 4")]
    [InlineData(
        "{{ '1.5' | float }} {{ 'x' | float }} {{ 'x' | float(2.5) }} {{ 3 | float }} {{ '1e3' | float }}",
        "1.5 0.0 2.5 3.0 1000.0")]
    [InlineData(
        "{{ 2.5 | round }} {{ 3.5 | round }} {{ 2.345 | round(2) }} {{ 2.31 | round(1, 'ceil') }} {{ 2.39 | round(1, 'floor') }} {{ 42 | round }} {{ 1234.5 | round(-2) }} {{ 1250 | round(-2) }}",
        "2.0 4.0 2.35 2.4 2.3 42 1200.0 1200")]
    [InlineData(
        "{{ l | sum }} {{ ld | selectattr('v') | sum(attribute='v') }} {{ l | sum(start=10) }} {{ l | min }} {{ l | max }} {{ ls | max }} {{ ls | min(case_sensitive=true) }} {{ [] | max }} {{ ld | selectattr('v') | map(attribute='v') | max }}",
        "6 4 16 1 3 c A  3")]
    public void Numbers(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{{ l | first }} {{ l | last }} {{ [] | first }} {{ s | first }} {{ d | first }} {{ l | length }} {{ d | count }} {{ undefd | length }}",
        "3 2  H a 3 4 0")]
    [InlineData(
        "{{ 'abc' | list }} {{ d | list }} {{ l | reverse | list }} {{ 'abc' | join('-') }} {{ [1, none, 'x', 2.0] | join(', ') }} {{ ld | join(',', attribute='k') }} {{ d | join('+') }}",
        "['a', 'b', 'c'] ['a', 'b', 'items', 'c'] [2, 1, 3] a-b-c 1, None, x, 2.0 x,Y,x a+b+items+c")]
    [InlineData(
        "{{ d | items | list | first }} {{ undefd | items | list }} {% for k, v in d | items %}{{ k }}{% endfor %}",
        "('a', 1) [] abitemsc")]
    [InlineData(
        "{{ range(7) | batch(3) | list }} {{ range(4) | batch(3, 'x') | list }} {{ range(7) | slice(3) | list }} {{ range(7) | slice(3, 'x') | list }}",
        "[[0, 1, 2], [3, 4, 5], [6]] [[0, 1, 2], [3, 'x', 'x']] [[0, 1, 2], [3, 4], [5, 6]] [[0, 1, 2], [3, 4, 'x'], [5, 6, 'x']]")]
    public void Sequences(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{{ l | sort }} {{ l | sort(reverse=true) }} {{ ls | sort }} {{ ls | sort(case_sensitive=true) }} {{ ld | sort(attribute='k') | map(attribute='v') | list }} {{ [none, none] | sort }}",
        "[1, 2, 3] [3, 2, 1] ['A', 'b', 'b', 'c'] ['A', 'b', 'b', 'c'] [1, 3, None] [None, None]")]
    [InlineData(
        "{{ [{'a': 1, 'b': 2}, {'a': 0, 'b': 3}, {'a': 1, 'b': 1}] | sort(attribute='a,b') | map(attribute='b') | list }}",
        "[3, 1, 2]")]
    [InlineData(
        "{{ ls | unique | list }} {{ ['a', 'A'] | unique | list }} {{ ['a', 'A'] | unique(true) | list }} {{ ld | unique(attribute='k') | map(attribute='v') | list }} {{ [1, 1.0, true, 2] | unique | list }}",
        "['b', 'A', 'c'] ['a'] ['a', 'A'] [1, None] [1, 2]")]
    [InlineData(
        "{{ {'b': 1, 'A': 3, 'c': 2} | dictsort }} {{ {'b': 1, 'A': 3} | dictsort(true) }} {{ {'b': 1, 'A': 3} | dictsort(by='value', reverse=true) }}",
        "[('A', 3), ('b', 1), ('c', 2)] [('A', 3), ('b', 1)] [('A', 3), ('b', 1)]")]
    [InlineData(
        "{% for g in ld | groupby('k') %}{{ g.grouper }}={{ g.list | length }};{% endfor %}{% for k, items in ld | groupby('k') %}{{ k }}{{ items[0].v }}{% endfor %}",
        "x=2;Y=1;x1YNone")]
    public void Order(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{{ ld | selectattr('k', 'equalto', 'x') | map(attribute='v') | list }} {{ ld | rejectattr('v') | list | length }} {{ ld | selectattr('v') | selectattr('v', '>', 1) | list | length }}",
        "[1, 3] 1 1")]
    [InlineData(
        "{{ range(6) | select('odd') | list }} {{ range(6) | reject('divisibleby', 3) | list }} {{ [0, 1, ''] | select | list }} {{ [1, 'a'] | select('in', ['a']) | list }}",
        "[1, 3, 5] [1, 2, 4, 5] [1] ['a']")]
    [InlineData(
        "{{ ls | map('upper') | list }} {{ ['1', 'x'] | map('int', 7) | list }} {{ ld | map(attribute='w.q', default='-') | list }} {{ [[1, 2], [3]] | map('first') | list }} {{ [[1, 2]] | map(attribute=1) | list }} {{ no | map('upper') | list }}",
        "['B', 'A', 'C', 'B'] [1, 7] [5, '-', '-'] [1, 3] [2] []")]
    [InlineData(
        "{{ undefd | default('x') }} {{ '' | default('x') }} {{ '' | default('x', true) }} {{ no | d('x', boolean=true) }} {{ undefd | default }}|{{ d.nope.deeper | default('y') if false }}",
        "x  x x |")]
    [InlineData("{% set g = l | select %}{{ 'true' if g }}{{ g | list }}{{ g | list }}", "true[3, 1, 2][]")]
    [InlineData("{% if [] | select %}a generator is true{% endif %}", "a generator is true")]
    public void Selection(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData(
        "{{ d | tojson }} {{ s | tojson }} {{ s | tojson(ensure_ascii=true) }} {{ '<&\\'\\u007f\\u0001' | tojson }} {{ '\\u007f' | tojson(true) }}",
        "{\"a\": 1, \"b\": \"two\", \"items\": \"it\", \"c\": [1, {\"z\": 2}]} \"Hello wörld 😀\" \"Hello w\\u00f6rld \\ud83d\\ude00\" \"<&'\u007f\\u0001\" \"\\u007f\"")]
    [InlineData(
        "{{ d | tojson(indent=2) }}",
        "{\n  \"a\": 1,\n  \"b\": \"two\",\n  \"items\": \"it\",\n  \"c\": [\n    1,\n    {\n      \"z\": 2\n    }\n  ]\n}")]
    [InlineData(
        "{{ [] | tojson(indent=2) }} {{ {} | tojson(indent=2) }} {{ {'a': []} | tojson(indent=1) }} {{ [1] | tojson(indent='--') }} {{ [1] | tojson(indent=0) }}",
        "[] {} {\n \"a\": []\n} [\n--1\n] [\n1\n]")]
    [InlineData(
        "{{ {'b': 1, 'a': [1, 2]} | tojson(sort_keys=true) }} {{ {'b': 1, 'a': 2} | tojson(separators=(',', ':')) }}",
        "{\"a\": [1, 2], \"b\": 1} {\"b\":1,\"a\":2}")]
    [InlineData(
        "{{ [1.0, 1e16, big, true, none, (1,)] | tojson }} {{ {1: 2, none: 3, true: 4, 1.5: 5} | tojson }}",
        "[1.0, 1e+16, 12345678901234567890, true, null, [1]] {\"1\": 4, \"null\": 3, \"1.5\": 5}")]
    public void Json(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));

    [Theory]
    [InlineData("{% filter upper | replace('A', 'x') %}banana{% endfilter %}", "BxNxNx")]
    [InlineData("{{ 'a' | upper ~ 'b' | upper }} {{ -1 | abs }} {{ (-1) | abs }}", "AB 1 1")]
    public void Blocks_of_filters(string template, string expected) => Assert.Equal(expected, Templates.Render(template, Variables));
}
