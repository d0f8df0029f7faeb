using System.IO.Compression;
using System.Text;
using Godwit.Training.Selection.Evaluation.Data;

namespace Godwit.Training.Tests.Selection.Evaluation;

public sealed class HeldoutFileTests : IDisposable
{
    private const string Line =
        """{"id":"a-1","domain":"sql","variant":"original","text":"SELECT \"é\"","losses":{"sql":0.5,"general":0.75},"split":"test"}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-heldout-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("heldout.jsonl")]
    [InlineData("heldout.jsonl.gz")]
    public void Lines_ArePrompts(string name)
    {
        HeldoutPrompt prompt = Assert.Single(HeldoutFile.Read(Write(name, Line + "\n\n")));
        Assert.Equal(("a-1", "sql", "original", "SELECT \"é\""), (prompt.Id, prompt.Domain, prompt.Variant, prompt.Text));
        Assert.Equal(new Dictionary<string, double> { ["sql"] = 0.5, ["general"] = 0.75 }, prompt.Losses);
    }

    [Theory]
    [InlineData("", "no prompt")]
    [InlineData("{\"id\":\"a\"}", "line 1")]
    [InlineData("nothing", "line 1")]
    public void WhatIsNone_IsRefused_WithItsPlace(string text, string problem) => AssertRefused(text, problem);

    [Fact]
    public void UnknownVariants_AndImpossibleLosses_AreRefused()
    {
        AssertRefused(Line + "\n" + Line.Replace("original", "rhymed", StringComparison.Ordinal), "line 2: there is no variant 'rhymed'");
        AssertRefused(Line.Replace("0.75", "-0.75", StringComparison.Ordinal), "the loss of 'general'");
    }

    private void AssertRefused(string text, string problem) => Assert.Contains(
        problem, Assert.Throws<InvalidDataException>(() => HeldoutFile.Read(Write("heldout.jsonl", text))).Message, StringComparison.Ordinal);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        using FileStream file = File.Create(path);
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
