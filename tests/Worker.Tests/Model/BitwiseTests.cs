using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu;

namespace Godwit.Worker.Tests.Model;

/// <summary>
/// 500 random requests give the same logits, to the bit, alone in one piece and in batches of up to 64 rows of different sequences, their
/// prefills cut anywhere, their prefixes computed or found in blocks that others have computed.
/// </summary>
public sealed class BitwiseTests
{
    private const int Requests = 500;
    private const int Models = 20;
    private const int AtOnce = 64;
    private const int Longest = 120;
    private const int MostRows = 512;
    private static readonly RandomModelShape s_shape = new()
    {
        Heads = 6,
        KvHeads = 3,
        HeadDim = 32,
        Hidden = 96,
        Intermediate = 160,
        Vocabulary = 301,
        Layers = 2,
        Dtype = "BF16",
        Tied = false,
    };

    [Theory]
    [InlineData("F32", false, false)]
    [InlineData("BF16", false, false)]
    [InlineData("BF16", true, false)]
    [InlineData("BF16", true, true)]
    [InlineData("Int8", true, false)]
    public void RandomRequests_AloneAndInBatches_TheSameBits(string format, bool kvIsBrainFloat, bool fast)
    {
        using var model = new RandomModel(s_shape, seed: 29);
        var formats = new CpuFormats(Enum.Parse<WeightFormat>(format), kvIsBrainFloat, fast);
        using var driver = new RunnerDriver(
            model.Folder,
            null,
            (_, config, limits) => new CpuRunner(WeightFiles.Open(model.Folder), config, formats, limits, threads: 2),
            blocks: 2 * Requests * KvBlock.Count(Longest));
        var random = new Random(31);
        int[][] prompts = Prompts(random);
        float[][] alone = [.. prompts.Select(prompt => driver.Alone(prompt, prompt.Length)[0])];
        Assert.True(driver.Runner.IsExact);

        var requests = new List<Request>();
        int largest = 0;
        while (requests.Count < Requests || requests.Any(request => !request.IsDone))
        {
            while (requests.Count < Requests && requests.Count(request => !request.IsDone) < AtOnce && random.Next(4) > 0)
            {
                int[] prompt = prompts[requests.Count];
                Request? like = requests.Take(Models).MaxBy(request => request.InCommon(prompt));
                requests.Add(Request.Begin(driver, prompt, like, random.Next(4) > 0));
            }

            int room = MostRows;
            Request[] chosen = [.. requests.Where(request => !request.IsDone && random.Next(4) > 0).OrderBy(_ => random.Next())];
            PlannedSequence[] parts = [.. chosen.Select(request => request.Next(random, ref room)).OfType<PlannedSequence>()];
            if (parts.Length > 0)
            {
                largest = Math.Max(largest, parts.Length);
                float[][] logits = driver.Step(parts);
                Request[] ended = [.. chosen.Where(request => request.IsDone && request.Logits is null)];
                for (int row = 0; row < ended.Length; row++)
                {
                    ended[row].Logits = logits[row];
                }
            }
        }

        Assert.Equal(alone, requests.Select(request => request.Logits!));
        Assert.True(requests.Count(request => request.Shared > 0) >= 50, "prefix hits");
        Assert.True(largest >= AtOnce / 2, $"at most {largest} sequences in a step");
    }

    // Every other one begins like one of the first.
    private static int[][] Prompts(Random random)
    {
        int[][] prompts = new int[Requests][];
        for (int i = 0; i < Requests; i++)
        {
            prompts[i] = [.. Enumerable.Range(0, random.Next(1, Longest)).Select(_ => random.Next(s_shape.Vocabulary))];
            if (i >= Models && random.Next(2) == 0)
            {
                int[] like = prompts[random.Next(Models)];
                prompts[i] = [.. like[..random.Next(like.Length)], .. prompts[i]];
                prompts[i] = prompts[i][..Math.Min(prompts[i].Length, Longest)];
            }
        }

        return prompts;
    }

    private sealed class Request(int[] prompt, int[] blocks, int shared)
    {
        private int _done = shared * KvBlock.Tokens;

        /// <summary>Blocks that another request has computed.</summary>
        public int Shared => shared;

        public bool IsDone => _done == prompt.Length;

        public float[]? Logits { get; set; }

        /// <summary>Takes the full blocks of a request that is done where the prompts are the same, if it may.</summary>
        public static Request Begin(RunnerDriver driver, int[] prompt, Request? like, bool mayShare)
        {
            int shared = like is { IsDone: true } && mayShare ? like.InCommon(prompt) : 0;
            return new Request(prompt, [.. like?.Blocks(shared) ?? [], .. driver.Allocate(prompt.Length - (shared * KvBlock.Tokens))], shared);
        }

        /// <summary>Its next chunk; null where there is no room.</summary>
        public PlannedSequence? Next(Random random, ref int room)
        {
            int chunk = random.Next(1, Math.Min(prompt.Length - _done, 40) + 1);
            if (chunk > room)
            {
                return null;
            }

            var part = new PlannedSequence(prompt.AsMemory(_done, chunk), _done, blocks, _done + chunk == prompt.Length ? 1 : 0);
            _done += chunk;
            room -= chunk;
            return part;
        }

        /// <summary>Full blocks that another prompt would have too, without its last token's.</summary>
        public int InCommon(int[] other)
        {
            int same = prompt.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
            return Math.Min(same, other.Length - 1) / KvBlock.Tokens;
        }

        private int[] Blocks(int count) => blocks[..count];
    }
}
