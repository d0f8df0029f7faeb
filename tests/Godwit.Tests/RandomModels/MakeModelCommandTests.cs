using System.Security.Cryptography;
using Godwit.CommandLine.Library;
using Godwit.CommandLine.RandomModels;
using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tokenization;

namespace Godwit.CommandLine.Tests.RandomModels;

public sealed class MakeModelCommandTests : IDisposable
{
    private static readonly LlamaShape s_tiny = new(Hidden: 16, Layers: 2, Heads: 4, KvHeads: 2, FeedForward: 24, Tied: false);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("godwit-make-model-");

    private string Output => Path.Combine(_root.FullName, "out");

    private static string Tokenizers => ModelFolders.Bundled().FolderOf("stories260k");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Run_GivesAFolderThatTheWorkerLoadsAndRuns()
    {
        Assert.Equal((0, ""), Make(s_tiny));

        var options = new EngineOptions { KvBlocks = 8 };
        LoadedModel model = LoadedModel.Load(new ModelOptions { Path = Output, Threads = 1 }, options);
        Assert.Equal((32_000, 64, false), (model.Config.VocabularySize, model.Config.ContextLength, model.Config.TieWordEmbeddings));
        Assert.Equal((1, 2), (model.Config.BosTokenId, Assert.Single(model.Config.EosTokenIds)));
        using EngineLoop engine = new(model.Runner, model.Tokenizer, model.Config.EosTokenIds.ToHashSet(), model.ContextLength, options);
        GenerationRequest request = new("r", [[1, 2, 3]], new SamplingParams { Temperature = 0, MaxTokens = 4, IgnoreEos = true });
        List<SequenceOutput> outputs = await engine.Submit(request).Outputs.ReadAllAsync().ToListAsync();
        Assert.Equal(4, outputs.Sum(output => output.TokenIds.Count));
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameBytesOnEveryMachine()
    {
        Make(s_tiny, seed: 1);
        using FileStream weights = File.OpenRead(Path.Combine(Output, "model.safetensors"));
        Assert.Equal(
            "91a568aed54a13bd8bf36fbd394d8c76a7a66dfe1b33190f5d7ee7865d06ade9", Convert.ToHexStringLower(SHA256.HashData(weights)));
    }

    [Fact]
    public void Run_Values_BeginAtAMultipleOf64Bytes()
    {
        Make(s_tiny);
        using BinaryReader weights = new(File.OpenRead(Path.Combine(Output, "model.safetensors")));
        Assert.Equal(0, (sizeof(long) + weights.ReadInt64()) % 64);
    }

    [Theory]
    [InlineData(true, 20)]
    [InlineData(false, 21)]
    public void Run_Weights_AreBf16WithNormsOfOne(bool tied, int tensors)
    {
        Make(s_tiny with { Tied = tied });
        using WeightFiles weights = WeightFiles.Open(Output);
        Assert.Equal(tensors, weights.Names.Count());
        Assert.Equal(!tied, weights.Contains("lm_head.weight"));
        Assert.All(weights.Names, name => Assert.Equal(WeightDtype.BF16, weights.Get(name).Dtype));
        var norm = new float[s_tiny.Hidden];
        weights.Get("model.norm.weight").CopyTo(norm);
        Assert.All(norm, value => Assert.Equal(1, value));
    }

    [Fact]
    public void Run_EveryTokenHasAText_AndTextIsEncodedAsBefore()
    {
        Make(s_tiny);
        Tokenizer completed = Tokenizer.Load(Output), original = Tokenizer.Load(Tokenizers);
        Assert.Equal(32_000, completed.VocabularySize);
        Assert.All(
            Enumerable.Range(original.VocabularySize, 32_000 - original.VocabularySize),
            id => Assert.Equal($"~{id}", completed.Decode([id], skipSpecialTokens: true)));
        const string text = "Once upon a time ~600 ~31999";
        Assert.Equal(original.Encode(text, addSpecialTokens: true), completed.Encode(text, addSpecialTokens: true));
    }

    [Fact]
    public void Run_Progress_EndsWithTheWholeFile()
    {
        var progress = new StringWriter();
        Make(s_tiny, progress: progress);
        Assert.EndsWith("2 of 2 MB", progress.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TakenPlaceOrBadTokenizer_IsOneLineAndLeavesNothing()
    {
        Assert.Contains("tokenizer.json: the file is missing", Make(s_tiny, tokenizer: _root.FullName).Error, StringComparison.Ordinal);
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "keep.txt"), "kept");
        (int exit, string error) = Make(s_tiny);
        Assert.Equal((1, $"{Output}: exists already; give a new folder"), (exit, error.TrimEnd()));
        Assert.Equal(["keep.txt"], Directory.GetFiles(Output).Select(Path.GetFileName));
        Assert.Equal([Output], Directory.GetDirectories(_root.FullName));
    }

    [Theory]
    [InlineData("110m", 134_105_856)]
    [InlineData("360m", 345_355_200)]
    [InlineData("1b", 1_038_682_112)]
    public void Named_Shapes_HaveTheSizeOfTheirNames(string size, long parameters) =>
        Assert.Equal(parameters, LlamaShape.Named[size].Tensors(32_000).Sum(tensor => tensor.Elements));

    private (int Exit, string Error) Make(LlamaShape shape, long seed = 1, string? tokenizer = null, TextWriter? progress = null)
    {
        var error = new StringWriter();
        int exit = MakeModelCommand.Run(
            "tiny", shape, seed, 64, tokenizer ?? Tokenizers, Output, TextWriter.Null, error, progress ?? TextWriter.Null);
        return (exit, error.ToString());
    }
}
