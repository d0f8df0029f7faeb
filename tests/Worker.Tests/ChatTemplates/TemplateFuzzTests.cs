using CsCheck;
using Godwit.Worker.ChatTemplates;
using Godwit.Worker.ChatTemplates.Rendering;

namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Whatever a template is, it gives a text or one of the template's own exceptions, within its limits.</summary>
public sealed class TemplateFuzzTests
{
    private static readonly RenderLimits Small = new() { Steps = 20_000, Characters = 200_000, OutputCharacters = 100_000 };

    private static readonly string[] Pieces =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "{{-", "-%}", " ", "\n", "for", " in ", "if", "elif", "else", "endfor", "endif", "set",
        "endset", "macro", "endmacro", "call", "endcall", "filter", "endfilter", "with", "raw", "endraw", "break", "messages", "loop", "x",
        "ns", "namespace", "(", ")", "[", "]", "{", "}", ":", ",", ".", "|", "~", "*", "**", "//", "%", "==", "<", "=", "'a'", "\"", "'", "\\",
        "1", "2.5", "none", "true", " is ", " not ", "defined", "string", "length", "upper", "join", "tojson", "map", "sort", "range", "m.role",
        "m.content", "content", "items()", "split", "😀", "\ud800", "\0", "index", "recursive", "caller()", "and", "or", "**x", "*x", "\r\n",
    ];

    private static readonly Gen<string> Piece = Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]);

    private const string Variables =
        """{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"text","text":"x"}]}],"x":[1,"a",null],"m":{"role":"r"}}""";

    [Fact]
    public void Random_characters() => Gen.String.Sample(Survives, iter: 20_000);

    [Fact]
    public void Random_pieces_of_the_language() =>
        Piece.List[0, 40].Select(string.Concat).Sample(Survives, iter: 20_000);

    [Fact]
    public void Random_expressions() =>
        Gen.Int[28, Pieces.Length - 1].Select(i => Pieces[i]).List[1, 12].Select(parts => "{{ " + string.Join(' ', parts) + " }}").Sample(Survives, iter: 30_000);

    [Fact]
    public void Real_templates_cut_and_swapped()
    {
        string template = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ChatTemplates/Cases/styles.json"));
        Gen.Select(Gen.Int[0, template.Length - 1], Gen.Int[0, 400], Piece)
            .Select((start, length, piece) => template.Substring(start, Math.Min(length, template.Length - start)).Replace("\\n", piece, StringComparison.Ordinal))
            .Sample(Survives, iter: 10_000);
    }

    private static void Survives(string template)
    {
        try
        {
            Assert.NotNull(Templates.Render(template, Variables, Small));
        }
        catch (ChatTemplateException refusal)
        {
            Assert.NotEmpty(refusal.Message);
        }
    }
}
