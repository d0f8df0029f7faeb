using System.Text.Json;
using Godwit.CommandLine.Conversion;
using Godwit.Worker.Model;

namespace Godwit.Godwit.Tests.Conversion;

public sealed class ConvertLlama2cCommandTests : IDisposable
{
    private readonly Llama2cFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_SmallModel_GivesAFolderThatTheWorkerLoads(bool tied)
    {
        Assert.Equal((0, ""), Convert(_files.Checkpoint(tied), _files.Tokenizer()));

        var config = ModelConfig.Load(_files.Output);
        Assert.Equal(
            (Llama2cFiles.Dim, Llama2cFiles.HiddenDim, Llama2cFiles.Layers, Llama2cFiles.Heads, Llama2cFiles.KvHeads, Llama2cFiles.Context),
            (config.HiddenSize, config.IntermediateSize, config.LayerCount, config.HeadCount, config.KvHeadCount, config.ContextLength));
        Assert.Equal((tied, 1e-5, 10000.0), (config.TieWordEmbeddings, config.NormEps, config.Layers[0].Rope!.Theta));
        Assert.Equal([1, 2], config.EosTokenIds);
        using var weights = WeightFiles.Open(_files.Output);
        Assert.Equal(tied ? 20 : 21, weights.Names.Count());
        Assert.Equal(!tied, weights.Contains("lm_head.weight"));
    }

    [Fact]
    public void Run_QueryAndKeyRows_GoFromPairsToHalves()
    {
        Convert(_files.Checkpoint(), _files.Tokenizer());

        using var weights = WeightFiles.Open(_files.Output);
        const int dim = Llama2cFiles.Dim;
        var queries = (Llama2cFiles.Pieces.Length * dim) + (Llama2cFiles.Layers * dim);
        var keys = queries + (Llama2cFiles.Layers * dim * dim);
        var values = keys + (Llama2cFiles.Layers * dim * dim / 2);
        // Heads of 4 rows: (0 1)(2 3) turn together in llama2.c; (0 2)(1 3) do in Hugging Face.
        Assert.Equal([0, 2, 1, 3, 4, 6, 5, 7], RowsOf(weights.Get("model.layers.0.self_attn.q_proj.weight"), queries));
        Assert.Equal([8, 10, 9, 11, 12, 14, 13, 15], RowsOf(weights.Get("model.layers.1.self_attn.q_proj.weight"), queries));
        Assert.Equal([0, 2, 1, 3], RowsOf(weights.Get("model.layers.0.self_attn.k_proj.weight"), keys));
        Assert.Equal([0, 1, 2, 3], RowsOf(weights.Get("model.layers.0.self_attn.v_proj.weight"), values));
    }

    [Fact]
    public void Run_UntiedClassifier_IsTakenFromBehindTheRotations()
    {
        var checkpoint = _files.Checkpoint(tied: false);
        Convert(checkpoint, _files.Tokenizer());

        using var weights = WeightFiles.Open(_files.Output);
        var numbers = (int)((new FileInfo(checkpoint).Length - 28) / sizeof(float));
        var classifier = new float[Llama2cFiles.Pieces.Length * Llama2cFiles.Dim];
        weights.Get("lm_head.weight").CopyTo(classifier);
        Assert.Equal(numbers - 1, classifier[^1]);
        Assert.Equal(numbers - classifier.Length, classifier[0]);
    }

    [Fact]
    public void Run_Tokenizer_HasMergesInOrderOfScores()
    {
        Convert(_files.Checkpoint(), _files.Tokenizer());

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_files.Output, "tokenizer.json")));
        var model = json.RootElement.GetProperty("model");
        // "ab" (score −6), "▁a" (−7), "▁ab" (−8) in two ways: the longer left part first.
        Assert.Equal(["a b", "▁ a", "▁a b", "▁ ab"], model.GetProperty("merges").EnumerateArray().Select(m => m.GetString()));
        Assert.False(model.GetProperty("byte_fallback").GetBoolean());
        Assert.Equal(["<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "▁a", "▁ab", "é"], model.GetProperty("vocab").EnumerateObject().Select(p => p.Name));
        Assert.DoesNotContain("ByteFallback", json.RootElement.GetProperty("decoder").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_VocabFile_IsReadByLines()
    {
        var lines = string.Concat(new[] { "<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "\u2028", "\t", "x" }.Select((p, i) => $"{p}\t{-i}\n"));
        Assert.Equal((0, ""), Convert(_files.Checkpoint(), _files.Vocab(lines)));
        Assert.Equal(1, Convert(_files.Checkpoint(), _files.Vocab(lines.Replace("\t-4", " -4", StringComparison.Ordinal))).Exit);
    }

    [Theory]
    [InlineData(-1, 0, "truncated")]
    [InlineData(4, 0, "too long")]
    [InlineData(0, -1, "truncated")]
    [InlineData(0, 1, "too long")]
    public void Run_WrongLength_IsOneLineAndLeavesNothing(int checkpointChange, int tokenizerChange, string problem) =>
        AssertRefused(Convert(_files.Checkpoint(lengthChange: checkpointChange), _files.Tokenizer(lengthChange: tokenizerChange)), problem);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, -8)]
    [InlineData(0, int.MaxValue)]
    [InlineData(0, 0x616b3432)] // "ak42": a versioned export
    [InlineData(2, int.MaxValue)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(5, int.MinValue)]
    [InlineData(6, 0)]
    public void Run_ImpossibleHeader_IsRefusedBeforeAnythingIsAllocated(int field, int value) =>
        AssertRefused(Convert(_files.Checkpoint(changeHeader: h => h[field] = value), _files.Tokenizer()), "checkpoint.bin: ");

    [Fact]
    public void Run_TokenizerOfAnotherModel_IsRefused()
    {
        AssertRefused(Convert(_files.Checkpoint(), _files.Tokenizer([.. Llama2cFiles.Pieces, "c"])), "too long");
        AssertRefused(Convert(_files.Checkpoint(), _files.Tokenizer([.. Llama2cFiles.Pieces[..9], "a"])), "the same");
        AssertRefused(Convert(_files.Checkpoint(), _files.Tokenizer(["x", .. Llama2cFiles.Pieces[1..]])), "<unk>");
        AssertRefused(Convert(_files.Checkpoint(), _files.Tokenizer([.. Llama2cFiles.Pieces[..9], "<0x00>"])), "byte tokens");
    }

    [Fact]
    public void Run_MissingInputOrExistingOutput_IsRefused()
    {
        AssertRefused(Convert(Path.Combine(_files.Root, "nowhere.bin"), _files.Tokenizer()), "nowhere.bin");
        Directory.CreateDirectory(_files.Output);
        File.WriteAllText(Path.Combine(_files.Output, "keep.txt"), "kept");
        Assert.Equal(1, Convert(_files.Checkpoint(), _files.Tokenizer()).Exit);
        Assert.Equal("kept", File.ReadAllText(Path.Combine(_files.Output, "keep.txt")));
    }

    private (int Exit, string Error) Convert(string checkpoint, string tokenizer)
    {
        var error = new StringWriter();
        return (ConvertLlama2cCommand.Run(checkpoint, tokenizer, _files.Output, "small", TextWriter.Null, error), error.ToString());
    }

    private void AssertRefused((int Exit, string Error) result, string problem)
    {
        Assert.Equal(1, result.Exit);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetDirectories(_files.Root));
    }

    /// <summary>Which rows of the checkpoint's matrices a tensor holds, told by their first values.</summary>
    private static int[] RowsOf(WeightTensor tensor, int start)
    {
        var values = new float[tensor.ElementCount];
        tensor.CopyTo(values);
        return [.. values.Chunk(Llama2cFiles.Dim).Select(row => ((int)row[0] - start) / Llama2cFiles.Dim)];
    }
}
