using Godwit.Worker.Engine;
using Godwit.Worker.KvCache;
using Godwit.Worker.Model;

namespace Godwit.Worker.Tests.Model;

/// <summary>Drives a runner without an engine: sequences with their own blocks, and steps made by hand.</summary>
internal sealed class RunnerDriver : IDisposable
{
    private readonly BlockPool _pool;

    public RunnerDriver(string folder, int threads = 1, int? context = null, string backend = "cpu")
        : this(folder, context, (files, config, limits) => Backends.Create(backend, files, config, limits, threads))
    {
    }

    public RunnerDriver(
        string folder, int? context, Func<WeightFiles, ModelConfig, RunnerLimits, IModelRunner> create, int blocks = 600)
    {
        ModelConfig config = ModelConfig.Load(folder);
        Context = context ?? config.ContextLength;
        using WeightFiles files = WeightFiles.Open(folder);
        Runner = create(files, config, new RunnerLimits(Context, 512, 64, blocks));
        _pool = new BlockPool(blocks);
    }

    public IModelRunner Runner { get; }

    public int Context { get; }

    public int[] Allocate(int tokens) => [.. Enumerable.Range(0, KvBlock.Count(tokens)).Select(_ => _pool.Allocate())];

    /// <summary>One step; returns the logits of each row that wants some.</summary>
    public float[][] Step(params PlannedSequence[] parts)
    {
        ReadOnlyMemory<float> logits = Runner.Forward(new BatchPlan(parts, []));
        return [.. Enumerable.Range(0, parts.Sum(p => p.LogitsRows))
            .Select(i => logits.Slice(i * Runner.VocabularySize, Runner.VocabularySize).ToArray())];
    }

    /// <summary>
    /// Logits after each token from <paramref name="prompt"/> − 1 on, and the hidden states of all tokens: prefill in chunks of random
    /// sizes, then decodes.
    /// </summary>
    public (float[][] Logits, float[][] Hidden) Chunked(int[] tokens, int prompt, Random random)
    {
        int[] blocks = Allocate(tokens.Length);
        var logits = new List<float[]>();
        var hidden = new List<float[]>();
        for (int done = 0, chunk; done < tokens.Length; done += chunk)
        {
            chunk = done < prompt ? random.Next(1, prompt - done + 1) : 1;
            logits.AddRange(Step(new PlannedSequence(
                tokens.AsMemory(done, chunk), done, blocks, LogitsRows: done + chunk >= prompt ? 1 : 0, WantsHidden: true)));
            hidden.AddRange(Runner.HiddenStates.ToArray().Chunk(Runner.HiddenSize));
        }

        Release([blocks]);
        return ([.. logits], [.. hidden]);
    }

    /// <summary>Logits after each token from <paramref name="prompt"/> − 1 on, computed alone: one prefill, then decodes.</summary>
    public float[][] Alone(int[] tokens, int prompt)
    {
        int[] blocks = Allocate(tokens.Length);
        var all = new List<float[]>(Step(new PlannedSequence(tokens.AsMemory(0, prompt), 0, blocks, 1)));
        for (int i = prompt; i < tokens.Length; i++)
        {
            all.AddRange(Step(new PlannedSequence(tokens.AsMemory(i, 1), i, blocks, 1)));
        }

        Release([blocks]);
        return [.. all];
    }

    /// <summary>Prompts of 1 to 90 random tokens.</summary>
    public int[][] RandomPrompts(RandomModelShape shape, int count, Random random) => [.. Enumerable.Range(0, count).Select(_ =>
        Enumerable.Range(0, random.Next(1, Math.Min(90, Context) + 1)).Select(_ => random.Next(shape.Vocabulary)).ToArray())];

    /// <summary>Logits after the last token of each prompt, computed together: in every step some of them, each with a chunk of its own.</summary>
    public float[][] Fused(int[][] prompts, Random random)
    {
        int[][] blocks = [.. prompts.Select(prompt => Allocate(prompt.Length))];
        int[] done = new int[prompts.Length];
        float[][] last = new float[prompts.Length][];
        while (done.Zip(prompts, (d, prompt) => d < prompt.Length).Any(open => open))
        {
            // A random set of sequences in random order, each with a chunk of random size.
            int[] chosen = [.. Enumerable.Range(0, prompts.Length).Where(i => done[i] < prompts[i].Length && random.Next(3) > 0)
                .OrderBy(_ => random.Next())];
            PlannedSequence[] parts = [.. chosen.Select(i =>
            {
                int chunk = random.Next(1, Math.Min(prompts[i].Length - done[i], 40) + 1);
                var part = new PlannedSequence(
                    prompts[i].AsMemory(done[i], chunk), done[i], blocks[i], done[i] + chunk == prompts[i].Length ? 1 : 0);
                done[i] += chunk;
                return part;
            })];
            if (parts.Length > 0)
            {
                float[][] logits = Step(parts);
                int[] ended = [.. chosen.Where((_, p) => parts[p].LogitsRows > 0)];
                for (int row = 0; row < ended.Length; row++)
                {
                    last[ended[row]] = logits[row];
                }
            }
        }

        Release(blocks);
        return last;
    }

    public void Release(IEnumerable<int[]> blocks)
    {
        foreach (int block in blocks.SelectMany(own => own))
        {
            _pool.Release(block);
        }
    }

    public void Dispose() => Runner.Dispose();
}
