using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu;
using Godwit.Worker.Model.Torch;
using static TorchSharp.torch;

namespace Godwit.Worker.Tests.Model;

/// <summary>A block's bytes are all that there is to say of it: copied into another runner's memory, decoding goes on as it does here.</summary>
public sealed class BlockBytesTests
{
    private const int Prompt = 37;

    public static TheoryData<string, string> Families
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (string runner in new[] { "cpu f32", "cpu bf16", "torch f32", "torch bf16" })
            {
                foreach (string family in FamilyShapes.All.Keys)
                {
                    all.Add(runner, family);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void CopiedBlocks_DecodeToTheSameBits(string runner, string family)
    {
        using var model = new RandomModel(FamilyShapes.All[family], seed: 31);
        using RunnerDriver source = Create(model, runner), destination = Create(model, runner);
        Assert.Equal(source.Runner.KvLayout, destination.Runner.KvLayout);
        int[] tokens = [.. Enumerable.Range(0, Prompt + 4).Select(i => (i * 7) % model.Shape.Vocabulary)];
        int[] from = source.Allocate(tokens.Length), spare = destination.Allocate(20), to = destination.Allocate(tokens.Length);
        Assert.DoesNotContain(to[0], spare);
        source.Step(new PlannedSequence(tokens.AsMemory(0, Prompt), 0, from, 1));
        byte[] bytes = new byte[source.Runner.BytesPerBlock], copied = new byte[bytes.Length];
        for (int i = 0; i < KvBlock.Count(Prompt); i++)
        {
            source.Runner.ReadBlock(from[i], bytes);
            Assert.Contains(bytes, value => value != 0);
            destination.Runner.WriteBlock(to[i], bytes);
            destination.Runner.ReadBlock(to[i], copied);
            Assert.Equal(bytes, copied);
        }

        for (int i = Prompt; i < tokens.Length; i++)
        {
            float[] expected = source.Step(new PlannedSequence(tokens.AsMemory(i, 1), i, from, 1))[0];
            float[] actual = destination.Step(new PlannedSequence(tokens.AsMemory(i, 1), i, to, 1))[0];
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [InlineData("cpu f32")]
    [InlineData("torch f32")]
    public void BytesOfAnotherSize_AreRefused(string runner)
    {
        using var model = new RandomModel(FamilyShapes.All.Values.First(), seed: 31);
        using RunnerDriver driver = Create(model, runner);
        Assert.Throws<ArgumentOutOfRangeException>(() => driver.Runner.WriteBlock(0, new byte[driver.Runner.BytesPerBlock - 1]));
        Assert.Throws<ArgumentException>(() => driver.Runner.ReadBlock(0, new byte[driver.Runner.BytesPerBlock - 1]));
    }

    private static RunnerDriver Create(RandomModel model, string runner) => new(
        model.Folder,
        model.Shape.Served,
        (files, config, limits) => runner switch
        {
            "torch f32" => new TorchRunner(files, config, limits, Backends.Device, float32, threads: 1),
            "torch bf16" => new TorchRunner(files, config, limits, Backends.Device, bfloat16, threads: 1),
            _ => new CpuRunner(
                WeightFilesOf(files), config, new CpuFormats(WeightFormat.F32, runner == "cpu bf16"), limits, threads: 1),
        });

    // The runner owns its files.
    private static WeightFiles WeightFilesOf(WeightFiles files) =>
        WeightFiles.Open(files.Directory);
}
