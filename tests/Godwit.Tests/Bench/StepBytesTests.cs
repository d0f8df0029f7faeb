using Godwit.CommandLine.Bench;
using Godwit.CommandLine.Library;
using Godwit.CommandLine.RandomModels;
using Godwit.Worker.Model;

namespace Godwit.CommandLine.Tests.Bench;

public sealed class StepBytesTests : IDisposable
{
    private const int Vocabulary = 32_000;

    // Matrices of a layer: q and o [16, 16], k and v [8, 16], gate and up [24, 16], down [16, 24].
    private const int LayerElements = (2 * 16 * 16) + (2 * 8 * 16) + (3 * 24 * 16), LayerOutputs = 16 + 16 + 8 + 8 + 24 + 24 + 16;
    private const int NormBytes = 4 * 5 * 16;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("godwit-step-bytes-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_Model_CountsTheOutputProjectionAndNotTheRowsLookedUp(bool tied)
    {
        string folder = Make(tied);
        ModelConfig config = ModelConfig.Load(folder);
        const long elements = (2 * LayerElements) + (Vocabulary * 16), outputs = (2 * LayerOutputs) + Vocabulary;
        Assert.Equal(new StepBytes((4 * elements) + NormBytes, 2 * 2 * 2 * 4 * 4), StepBytes.Of(folder, config, "f32", "f32"));
        Assert.Equal(new StepBytes((2 * elements) + NormBytes, 2 * 2 * 2 * 4 * 2), StepBytes.Of(folder, config, "bf16", "bf16"));
        Assert.Equal(elements + (4 * outputs) + NormBytes, StepBytes.Of(folder, config, "int8", "bf16").Weights);
    }

    private string Make(bool tied)
    {
        string folder = Path.Combine(_root.FullName, "m");
        LlamaShape shape = new(Hidden: 16, Layers: 2, Heads: 4, KvHeads: 2, FeedForward: 24, Tied: tied);
        string tokenizer = ModelFolders.Bundled().FolderOf("stories260k");
        Assert.Equal(0, MakeModelCommand.Run("m", shape, 1, 64, tokenizer, folder, TextWriter.Null, TextWriter.Null, TextWriter.Null));
        return folder;
    }
}
