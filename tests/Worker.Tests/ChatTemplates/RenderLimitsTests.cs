using Godwit.Worker.ChatTemplates;
using Godwit.Worker.ChatTemplates.Rendering;

namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Templates that want too much are ended by what they count, long before memory or time is.</summary>
public sealed class RenderLimitsTests
{
    private static readonly RenderLimits Small = new() { Steps = 100_000, Characters = 1_000_000, OutputCharacters = 200_000 };

    [Theory]
    [InlineData("{{ 'a' * 10 ** 9 }}", "characters of text")]
    [InlineData("{{ 10 ** 9 * 'a' }}", "characters of text")]
    [InlineData("{{ 'a'.center(2 ** 31) }}", "characters of text")]
    [InlineData("{{ 'a' | center(2 ** 40) }}", "characters of text")]
    [InlineData("{{ '%999999999d' % 1 }}", "characters of text")]
    [InlineData("{{ '{:999999999}'.format(1) }}", "characters of text")]
    [InlineData("{{ 'a'.zfill(10 ** 9) }}", "characters of text")]
    [InlineData("{{ ('a' * 1000).replace('a', 'b' * 10000) }}", "characters of text")]
    [InlineData("{{ ('a' * 1000).replace('', 'b' * 10000) }}", "characters of text")]
    [InlineData("{{ ('a' * 10000).join(range(1000) | map('string') | list) }}", "characters of text")]
    [InlineData("{{ range(1000) | join('a' * 10000) }}", "characters of text")]
    [InlineData("{{ ('\\n' * 1000) | indent(10000) }}", "characters of text")]
    [InlineData("{{ range(1000) | list | tojson(indent='a' * 10000) }}", "characters of text")]
    [InlineData("{% set ns = namespace(s='a') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", "characters of text")]
    [InlineData("{% for i in range(1000) %}{% set x = 'a' * 500 %}{% for j in range(1000) %}{{ x }}{% endfor %}{% endfor %}", "characters")]
    [InlineData("{{ [1] * 10 ** 9 }}", "steps")]
    [InlineData("{{ range(10 ** 9) }}", "100000 are allowed")]
    [InlineData("{{ range(-(10 ** 30), 10 ** 30) | list }}", "100000 are allowed")]
    [InlineData("{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{% endfor %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "nests more than")]
    [InlineData("{% macro f(n) %}{% call f(n) %}{{ caller() }}{% endcall %}{% endmacro %}{{ f(1) }}", "nests more than")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "nests more than")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(10000) %}{% set ns.l = [ns.l] %}{% endfor %}", "nested more than 256")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}", "the template")]
    [InlineData("{% set ns = namespace(l=[], m=[]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}", "steps")]
    [InlineData("{{ 2 ** (10 ** 9) }}", "bits")]
    [InlineData("{{ 10 ** (10 ** 10) }}", "bits")]
    [InlineData("{% set ns = namespace(n=3) %}{% for i in range(60) %}{% set ns.n = ns.n * ns.n %}{% endfor %}", "bits")]
    [InlineData("{{ range(100000) | batch(1) | list | length }}{{ range(100000) | list }}", "steps")]
    public void Hostile_templates_are_ended(string template, string limit)
    {
        var fault = Assert.Throws<ChatTemplateRenderException>(() => Templates.Render(template, limits: Small));
        Assert.Contains(limit, fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_prompt_has_a_limit_of_its_own()
    {
        string template = "{% for i in range(100) %}{{ 'a' * 100 }}{% endfor %}";
        Assert.Equal(10_000, Templates.Render(template, limits: new RenderLimits { OutputCharacters = 10_000 }).Length);
        var fault = Assert.Throws<ChatTemplateRenderException>(
            () => Templates.Render(template, limits: new RenderLimits { OutputCharacters = 9_999 }));
        Assert.Contains("the prompt has more than 9999 characters", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_sum_is_refused_not_recursed_into()
    {
        string template = "{{ " + string.Join(" + ", Enumerable.Repeat("1", 100_000)) + " }}";
        Assert.Contains("nests more than", Assert.Throws<ChatTemplateRenderException>(() => Templates.Render(template)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_conversation_is_well_within_the_limits()
    {
        string messages = string.Join(',', Enumerable.Repeat("""{"role":"user","content":"some words to say"},{"role":"assistant","content":"and an answer"}""", 10_000));
        string prompt = Templates.Render(
            "{% for m in messages %}{{ '<|' + m.role + '|>' + (m.content | trim) + messages[loop.index0 - 1].role }}{% endfor %}",
            $$"""{"messages":[{{messages}}]}""");
        Assert.StartsWith("<|user|>some words to sayassistant<|assistant|>and an answeruser", prompt, StringComparison.Ordinal);
    }

    /// <summary>Threads of .NET have a stack of 1.5 MB at least; the deepest that is allowed takes less than 1 MB.</summary>
    [Theory]
    [InlineData("{% macro f() %}{{ [[[[[[[[ f() | trim ]]]]]]]] }}{% endmacro %}{{ f() }}", "nests more than")]
    [InlineData("{% macro f(n) %}{% if 1 %}{% filter upper %}{% set x %}{% call f(n) %}{{ caller() }}{% endcall %}{% endset %}{% endfilter %}{% endif %}{% endmacro %}{{ f(1) }}", "nests more than")]
    [InlineData("{% for x in [1] recursive %}{% if 1 %}{{ (loop([1]) ~ '') | trim }}{% endif %}{% endfor %}", "nests more than")]
    [InlineData("{% set ns = namespace(l=1) %}{% for i in range(254) %}{% set ns.l = {'a': [ns.l]} if i % 2 else ns.l %}{% endfor %}{{ ns.l }}{{ ns.l | tojson }}{{ ns.l == ns.l }}{{ x() }}", "'x' is undefined")]
    [InlineData("{{ ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))) }}{{ x() }}", "'x' is undefined")]
    public void The_stack_suffices(string template, string fault)
    {
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => Templates.Render(template)), maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        Assert.Contains(fault, Assert.IsType<ChatTemplateRenderException>(thrown).What, StringComparison.Ordinal);
    }
}
