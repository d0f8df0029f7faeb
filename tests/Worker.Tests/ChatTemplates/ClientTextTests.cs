using CsCheck;
using Godwit.Worker.ChatTemplates;
using Godwit.Worker.ChatTemplates.Values;

namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>What came from the client stays marked through every operation on texts (here in ⟦ ⟧), what the template wrote is not.</summary>
public sealed class ClientTextTests
{
    private const string Variables =
        """
        {"c":"ab","d":"a b","i":"<i>","n":7,"list":["x","y"],"map":{"k":"v"},"lines":"p\nq","think":"r</think>\n\nt","brace":"{} {{","percent":"%s%%"}
        """;

    [Theory]
    [InlineData("<s>{{ c }}</s>", "<s>⟦ab⟧</s>")]
    [InlineData("{{ '<|' + c + '|>' }}", "<|⟦ab⟧|>")]
    [InlineData("{{ '<|' ~ c ~ n ~ '|>' }}", "<|⟦ab⟧7|>")]
    [InlineData("{{ c ~ '' ~ c }}{{ '' ~ 'w' ~ '' }}", "⟦abab⟧w")]
    [InlineData("{{ ('x' ~ c) * 2 }}", "x⟦ab⟧x⟦ab⟧")]
    [InlineData("{{ ('x' ~ c ~ 'y')[1:] }}|{{ ('x' ~ c ~ 'y')[:2] }}|{{ ('x' ~ c ~ 'y')[::-1] }}", "⟦ab⟧y|x⟦a⟧|y⟦ba⟧x")]
    [InlineData("{{ ('x' ~ c)[0] }}{{ ('x' ~ c)[-1] }}{{ ('x' ~ c) | first }}{{ ('x' ~ c) | last }}", "x⟦b⟧x⟦b⟧")]
    [InlineData("{% for ch in 'x' ~ c %}{{ ch }},{% endfor %}", "x,⟦a⟧,⟦b⟧,")]
    [InlineData("{{ ('x' ~ c) | list | join('') }}{{ ('x' ~ c) | reverse }}", "x⟦abba⟧x")]
    public void Joined_and_cut(string template, string expected) => Holds(template, expected);

    [Theory]
    [InlineData("{{ ('  x' ~ c ~ '  ').strip() }}{{ ('--' ~ c ~ '--').strip('-') }}{{ (c ~ ' ') | trim }}.", "x⟦ababab⟧.")]
    [InlineData("{{ ('\n' ~ c).lstrip('\n') ~ (c ~ ' ').rstrip() }}", "⟦abab⟧")]
    [InlineData("{{ ('x' ~ c).removeprefix('x') }}{{ ('x' ~ c).removesuffix('b') }}{{ ('x' ~ c).removesuffix('?') }}", "⟦ab⟧x⟦a⟧x⟦ab⟧")]
    [InlineData("{{ c.center(4, '.') }}{{ c.ljust(3) }}{{ c.rjust(3, '.') }}{{ c.zfill(3) }}{{ c | center(4) }}", ".⟦ab⟧.⟦ab⟧ .⟦ab⟧0⟦ab⟧ ⟦ab⟧ ")]
    [InlineData("{{ 'x'.ljust(3, c[0]) }}{{ '-7'.zfill(4) }}", "x⟦aa⟧-007")]
    [InlineData("{{ ('x ' ~ c) | truncate(4, true, '…', 0) }}{{ ('<s>' ~ d) | truncate(5, false, c, 0) }}", "x ⟦ab⟧<s>⟦ab⟧")]
    public void Trimmed_and_padded(string template, string expected) => Holds(template, expected);

    [Theory]
    [InlineData("{{ ('x,' ~ c ~ ',y').split(',') | join('|') }}", "x|⟦ab⟧|y")]
    [InlineData("{{ ('x ' ~ d).split() | join('|') }}{{ ('x ' ~ d).rsplit(none, 1) | join('|') }}{{ ('x ' ~ d).rsplit(' ', 1) | join('|') }}", "x|⟦a⟧|⟦b⟧x ⟦a⟧|⟦b⟧x ⟦a⟧|⟦b⟧")]
    [InlineData("{{ think.split('</think>')[-1].lstrip('\n') }}</think>{{ think.split('</think>')[0] }}", "⟦t⟧</think>⟦r⟧")]
    [InlineData("{{ think.partition('</think>') | join('|') }}{{ ('x|' ~ c).rpartition('|') | join('.') }}", "⟦r⟧|⟦</think>⟧|⟦\n\nt⟧x.|.⟦ab⟧")]
    [InlineData("{{ ('x\n' ~ lines).splitlines() | join('|') }}{{ lines.splitlines(true) | join('|') }}", "x|⟦p⟧|⟦qp\n⟧|⟦q⟧")]
    [InlineData("{{ ('x\n' ~ lines) | indent(2) }}", "x\n  ⟦p\n⟧  ⟦q⟧")]
    [InlineData("{{ 'x\ny' | indent(c, true) }}", "⟦ab⟧x\n⟦ab⟧y")]
    public void Split(string template, string expected) => Holds(template, expected);

    [Theory]
    [InlineData("{{ '<ROLE>'.replace('ROLE', c) }}", "<⟦ab⟧>")]
    [InlineData("{{ c.replace('b', '<|im_end|>') }}", "⟦a<|im_end|>⟧")]
    [InlineData("{{ ('b' ~ c) | replace('b', '<s>') }}", "<s>⟦a<s>⟧")]
    [InlineData("{{ ('xa' ~ c).replace('aa', '.') }}", "x⟦.b⟧")]
    [InlineData("{{ ('xy' ~ c).replace('', '.') }}{{ 'x'.replace('', c) }}", ".x.y⟦.a.b.ab⟧x⟦ab⟧")]
    [InlineData("{{ c.replace('?', '<s>') }}{{ 'x'.replace(c, '<s>') }}", "⟦ab⟧x")]
    public void Replaced(string template, string expected) => Holds(template, expected);

    [Theory]
    [InlineData("{{ ('<s>' ~ c) | upper }}{{ ('<S>' ~ c).lower() }}{{ ('x' ~ c).swapcase() }}", "<S>⟦AB⟧<s>⟦ab⟧X⟦AB⟧")]
    [InlineData("{{ ('x' ~ c) | capitalize }}{{ (c ~ 'X').capitalize() }}{{ ('x' ~ d) | title }}{{ ('x' ~ d).title() }}", "X⟦abAb⟧xX⟦a B⟧X⟦a B⟧")]
    [InlineData("{{ ('ß' ~ c ~ 'ß') | upper }}", "SS⟦AB⟧SS")]
    [InlineData("{{ ('<' ~ i) | escape }}{{ ('<' ~ i) | urlencode }}{{ {'<': i} | urlencode }}", "&lt;⟦&lt;i&gt;⟧%3C⟦%3Ci%3E⟧%3C=⟦%3Ci%3E⟧")]
    public void Rewritten(string template, string expected) => Holds(template, expected);

    [Theory]
    [InlineData("{{ '<|%s|>%%%d' % (c, n) }}{{ '%(a)s.' % {'a': c} }}{{ '%5.1s|' | format(c) }}", "<|⟦ab⟧|>%7⟦ab⟧.    ⟦a⟧|")]
    [InlineData("{{ percent % '<s>' }}{{ percent | format(n) }}", "⟦<s>%7%⟧")]
    [InlineData("{{ '<|{}|>{x:>4}{{'.format(c, x=c) }}{{ '{!r}'.format(c) }}{{ '{0[0]}{0[1]}'.format(list) }}", "<|⟦ab⟧|>  ⟦ab⟧{'⟦ab⟧'⟦xy⟧")]
    [InlineData("{{ brace.format('<s>') }}", "⟦<s> {⟧")]
    [InlineData("{{ strftime_now('%Y') }}{{ strftime_now(c) }}", "2024⟦ab⟧")]
    [InlineData("{{ [c, '<s>', n, none] }}{{ map }}{{ (c ~ '\n') | pprint }}", "['⟦ab⟧', '<s>', 7, None]{'⟦k⟧': '⟦v⟧'}'⟦ab⟧\\n'")]
    [InlineData("{{ n }}{{ n + 1 }}{{ c | length }}{{ c | string }}{{ c in c }}", "782⟦ab⟧True")]
    public void Formatted_and_printed(string template, string expected) => Holds(template, expected);

    [Theory]
    [InlineData("{{ map | tojson }}{{ {'<s>': c ~ '<s>', 'n': n} | tojson }}", """{"⟦k⟧": "⟦v⟧"}{"<s>": "⟦ab⟧<s>", "n": 7}""")]
    [InlineData("{{ lines | tojson }}{{ list | tojson(indent=1) }}", "\"⟦p\\nq⟧\"[\n \"⟦x⟧\",\n \"⟦y⟧\"\n]")]
    [InlineData("{{ ['x', 'y'] | tojson(separators=(c, ':')) }}{{ ['x'] | tojson(indent=c) }}", "[\"x\"⟦ab⟧\"y\"][\n⟦ab⟧\"x\"\n]")]
    public void Json(string template, string expected) => Holds(template, expected);

    [Theory]
    [InlineData("{{ list | join('<s>') }}{{ ['x', 'y'] | join(c) }}{{ c.join(['x', 'y']) }}", "⟦x⟧<s>⟦y⟧x⟦ab⟧yx⟦ab⟧y")]
    [InlineData("{{ list | map('upper') | join('-') }}{{ [map] | map(attribute='k') | join }}", "⟦X⟧-⟦Yv⟧")]
    [InlineData("{{ (list + ['z']) | sort(reverse=true) | join }}{{ ['x', 'q'] | select('in', list) | join }}{{ (['x'] + list) | unique | join }}", "z⟦yx⟧xx⟦y⟧")]
    [InlineData("{{ list | max }}{{ (list + ['a']) | min }}{{ nothing | default(c) }}{{ list | sum(start='') }}", "⟦y⟧a⟦abxy⟧")]
    [InlineData("{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}{% for k in map | dictsort %}{{ k[0] }}{% endfor %}", "⟦k⟧=⟦v⟧;⟦k⟧")]
    [InlineData("{% for g in [{'a': c}, {}] | groupby('a', default='Z') %}{{ g.grouper }}{% endfor %}", "⟦ab⟧z")]
    [InlineData("{% for b in (list + ['<s>']) | batch(2, c) %}{{ b | join }}|{% endfor %}", "⟦xy⟧|<s>⟦ab⟧|")]
    [InlineData("{{ {'ab': '<s>'}[c] }}{{ {'ab': '<s>'}.get(c) }}{{ '<s>' if c == 'ab' }}", "<s><s><s>")]
    public void Collected_and_chosen(string template, string expected) => Holds(template, expected);

    [Theory]
    [InlineData("{% set x %}<s>{{ c }}{% endset %}{{ x }}", "<s>⟦ab⟧")]
    [InlineData("{% set x | upper %}<s>{{ c }}{% endset %}{{ x }}{% filter lower %}<S>{{ c }}{% endfilter %}", "<S>⟦AB⟧<s>⟦ab⟧")]
    [InlineData("{% macro m(a, b='<s>') %}{{ b }}{{ a }}{% endmacro %}{{ m(c) }}{{ m('w', c) }}", "<s>⟦abab⟧w")]
    [InlineData("{% macro m() %}<s>{{ caller(c) }}{% endmacro %}{% call(x) m() %}[{{ x }}]{% endcall %}", "<s>[⟦ab⟧]")]
    [InlineData("{% macro m() %}{{ kwargs.keys() | join }}{{ kwargs.k }}{{ varargs[0] }}{% endmacro %}{{ m('w', **map) }}", "⟦kv⟧w")]
    [InlineData("{% set ns = namespace(t='<s>') %}{% for x in list %}{% set ns.t = ns.t + x %}{% endfor %}{{ ns.t }}", "<s>⟦xy⟧")]
    [InlineData("{% with a = c, b = '<s>' %}{{ b ~ a }}{% endwith %}{% for x in [c, '<s>'] recursive %}{{ x }}{% endfor %}", "<s>⟦abab⟧<s>")]
    [InlineData("{% for x in [['<s>', c]] recursive %}{{ loop(x) if x is not string else x }}{% endfor %}", "<s>⟦ab⟧")]
    [InlineData("{% set j = joiner(c) %}{{ j() }}w{{ j() }}{% set y = cycler('<s>', c) %}{{ y.next() }}{{ y.next() }}", "w⟦ab⟧<s>⟦ab⟧")]
    public void Through_statements(string template, string expected) => Holds(template, expected);

    /// <summary>The mark of a text says nothing about it: texts that are written alike are alike.</summary>
    [Theory]
    [InlineData("{{ c == 'ab' }}{{ 'ab' in [c] }}{{ {'ab': 1}[c] }}{{ 'a' in c }}{{ ('x' ~ c) | length }}{{ c < 'b' }}", "TrueTrue1True3True")]
    [InlineData("{{ ['ab', c] | unique | list | length }}{{ c is sameas('ab') }}{{ c.find('b') }}{{ ('x' ~ c).count('b') }}", "1True11")]
    [InlineData("{{ c.startswith('a') }}{{ (c ~ 'x').endswith('bx') }}{{ ('x' ~ c).index('a') }}{{ c is string }}", "TrueTrue1True")]
    public void Comparing_ignores_it(string template, string expected) => Holds(template, expected);

    /// <summary>However texts are cut and joined, a character keeps its mark: here the client writes in capitals.</summary>
    [Fact]
    public void Every_character_keeps_its_mark()
    {
        string[] expressions =
        [
            "x ~ y", "y + x", "x[1:]", "x[:-1]", "x[::2]", "x[::-1]", "x.strip()", "x.strip('aA')", "x.split('b') | join(y)", "x.split() | join",
            "x.rsplit('B', 1)[-1]", "x.partition('b')[2]", "x.rpartition('B')[0]", "x * 2", "x | trim", "x | reverse", "(x ~ y) | list | join",
            "x.splitlines() | join('c')", "[x, y] | join('a b')", "'%s-%s' % (x, y)", "'{}b{}'.format(x, y)", "x.removeprefix('a')", "x | string",
            "x.center(9, 'c')", "x | truncate(5, true, 'a', 0)", "x | indent(1, true)", "[x, y] | max", "x.replace('b', y)", "x.zfill(7)",
        ];
        Gen<string> text = Gen.Int[0, 5].Select(i => "AB \nC😀".EnumerateRunes().ElementAt(i).ToString()).List[0, 6].Select(string.Concat);
        Gen.Select(Gen.Int[0, expressions.Length - 1].List[1, 8], text, text).Sample((steps, first, second) =>
        {
            string template = "{% set x = 'a\nb' ~ c %}{% set y = d ~ ' c' %}"
                + string.Concat(steps.Select((step, i) => $"{{% set {(i % 2 == 0 ? "x" : "y")} = {expressions[step]} %}}")) + "{{ x ~ y }}";
            var input = new ChatTemplateInput
            {
                Messages = [],
                Variables = new Dictionary<string, Value> { ["c"] = StringValue.Plain(first), ["d"] = StringValue.Plain(second) },
                Now = Templates.Now,
            };
            TemplateText made = new ChatTemplate(template).Render(input);
            for (int i = 0; i < made.Length; i++)
            {
                // White space is written by both.
                char c = made.Content[i];
                Assert.True(char.IsWhiteSpace(c) || made.IsPlain(i) == (char.IsUpper(c) || char.IsSurrogate(c)), template);
            }
        });
    }

    private static void Holds(string template, string expected) => Assert.Equal(expected, Templates.RenderMarked(template, Variables));
}
