using Godwit.Worker.ChatTemplates;
using Godwit.Worker.ChatTemplates.Analysis;

namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>What is read off a template before it is rendered.</summary>
public sealed class TemplateAnalysisTests
{
    [Theory]
    [InlineData("{{ messages }}{{ tools }}{{ documents }}{{ add_generation_prompt }}{{ bos_token }}{{ range(2) }}{{ strftime_now('') }}", "")]
    [InlineData("{% if enable_thinking is defined and enable_thinking is false %}{% endif %}{{ thinking }}", "enable_thinking,thinking")]
    [InlineData("{% for m in messages %}{{ m.role }}{{ loop.index }}{% endfor %}{% macro f(a) %}{{ a }}{{ caller() }}{% endmacro %}{{ f(1) }}", "")]
    [InlineData("{% set ns = namespace(x=outer) %}{{ ns.x }}{% set own = 1 %}{{ own }}", "outer")]
    [InlineData("{% if not date is defined %}{% set date = '1' %}{% endif %}{{ date }}", "date")]
    [InlineData("{% set effort = effort | default('low') %}{{ effort }}", "effort")]
    [InlineData("{% call(u) f() %}{{ u }}{{ v }}{% endcall %}{% with w = y %}{{ w }}{% endwith %}", "f,v,y")]
    [InlineData("{{ broken ", "")]
    public void The_variables_that_a_client_may_set(string template, string names) =>
        Assert.Equal(names, string.Join(',', new ChatTemplate(template).Variables.Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("{% for m in messages %}{{ m.content }}{% endfor %}", "Text")]
    [InlineData("{% for m in messages %}{{ m.content | trim }}{% if m.content is string %}{% endif %}{% endfor %}", "Text")]
    [InlineData("{% for m in messages %}{% for p in m.content %}{{ p.text }}{% endfor %}{% endfor %}", "Parts")]
    [InlineData("{% for m in messages %}{% for p in m['content'] | selectattr('text') %}{% endfor %}{% endfor %}", "Parts")]
    [InlineData("{% set rest = messages[1:] %}{% for m in rest %}{% set c = m.content %}{% for p in c %}{% endfor %}{% endfor %}", "Parts")]
    [InlineData("{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}{% endfor %}{% endif %}{% endfor %}", "Either")]
    [InlineData("{% macro f(c) %}{% if c is not string %}{% for p in c %}{% endfor %}{% endif %}{% endmacro %}{% for m in messages %}{{ f(m.content) }}{% endfor %}", "Either")]
    [InlineData("{% for p in messages[0]['content'] %}{% endfor %}", "Parts")]
    [InlineData("{% for m in messages %}{% for t in m.tool_calls %}{% endfor %}{{ m.content }}{% endfor %}", "Text")]
    [InlineData("{% for x in other %}{% for p in x.content %}{% endfor %}{% endfor %}", "Text")]
    public void The_form_of_content(string template, string form) =>
        Assert.Equal(Enum.Parse<MessageContent>(form), new ChatTemplate(template).Content);

    [Fact]
    public void Chains_of_names_cost_no_more_than_a_few_rounds()
    {
        string chain = string.Concat(Enumerable.Range(0, 20_000).Reverse().Select(i => $"{{% set a{i + 1} = a{i} %}}")) + "{% set a0 = messages %}";
        Assert.Equal(MessageContent.Text, new ChatTemplate(chain).Content);
    }

    [Theory]
    [InlineData("{{ documents }}", true)]
    [InlineData("{% if documents is defined %}{% endif %}", true)]
    [InlineData("{{ messages }}", false)]
    public void Whether_documents_are_read(string template, bool reads) => Assert.Equal(reads, new ChatTemplate(template).ReadsDocuments);
}
