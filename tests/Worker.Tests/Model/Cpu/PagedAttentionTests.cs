using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu.Attention;

namespace Godwit.Worker.Tests.Model.Cpu;

/// <summary>Attention against sums in double, for every tile: groups of heads, runs of rows, windows, heads that fill no vector.</summary>
[Trait("Category", "Kernels")]
public sealed unsafe class PagedAttentionTests
{
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 4, 4, 64, 0 },
        { 6, 3, 32, 0 },
        { 8, 2, 16, 20 },
        { 7, 1, 24, 0 },
        { 3, 3, 14, 5 },
        { 10, 2, 80, 33 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rows_SeeWhatIsBeforeThem_WhateverTheRun(int heads, int kvHeads, int dim, int window)
    {
        var one = new Case(heads, kvHeads, dim, window);
        using PagedAttention<FloatKv> floats = new(one.Config, Case.Blocks, Case.Length, threads: 1);
        float[] alone = one.Attend(floats, rowsOfRun: 1), together = one.Attend(floats, floats.RowsOfRun);
        Assert.Equal(alone, together);
        one.AssertEqual(alone, tolerance: 1e-5);

        using PagedAttention<BrainFloatKv> brain = new(one.Config, Case.Blocks, Case.Length, threads: 1);
        float[] rounded = one.Attend(brain, brain.RowsOfRun);
        Assert.Equal(one.Attend(brain, rowsOfRun: 1), rounded);
        one.AssertEqual(rounded, tolerance: 0.02);
    }

    // Computed once, on a processor with 512-bit vectors: any other must give the same.
    [Theory]
    [InlineData(false, "0995e223c83ed56d")]
    [InlineData(true, "f484014133b7ca38")]
    public void Attention_GivesTheSameBits_OnEveryMachine(bool isBrainFloat, string digest)
    {
        var one = new Case(6, 2, 40, 0);
        using BlockAttention attention = isBrainFloat
            ? new PagedAttention<BrainFloatKv>(one.Config, Case.Blocks, Case.Length, threads: 1)
            : new PagedAttention<FloatKv>(one.Config, Case.Blocks, Case.Length, threads: 1);
        float[] output = one.Attend(attention, rowsOfRun: 1);
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(output)))[..16]);
    }

    /// <summary>One sequence of random queries, keys and values, in blocks in no order.</summary>
    private sealed class Case
    {
        public const int Length = 150;
        public const int Blocks = 20;

        private readonly int _window;
        private readonly float[] _queries;
        private readonly float[] _keys;
        private readonly float[] _values;
        private readonly int[] _table = [7, 2, 19, 0, 11, 5, 4, 13, 18, 9];

        public Case(int heads, int kvHeads, int dim, int window)
        {
            _window = window > 0 ? window : int.MaxValue;
            var random = new Random((heads * 1000) + dim);
            Config = Shape(heads, kvHeads, dim, window);
            _queries = Draw(random, heads * dim);
            _keys = Draw(random, kvHeads * dim);
            _values = Draw(random, kvHeads * dim);
        }

        public ModelConfig Config { get; }

        public float[] Attend(BlockAttention attention, int rowsOfRun)
        {
            int width = Config.HeadCount * Config.HeadDim, kvWidth = Config.KvHeadCount * Config.HeadDim;
            float[] output = new float[Length * width];
            fixed (float* q = _queries, k = _keys, v = _values, y = output)
            {
                for (int head = 0; head < Config.KvHeadCount; head++)
                {
                    for (int row = 0; row < Length; row++)
                    {
                        int at = (row * kvWidth) + (head * Config.HeadDim);
                        attention.Store(0, row, _table, head, k + at, v + at);
                    }

                    for (int row = 0; row < Length; row += rowsOfRun)
                    {
                        var run = new RowRun(row, Math.Min(rowsOfRun, Length - row), row, _table, IsAlone: false);
                        attention.Attend(0, run, head, q + (row * width), width, y + (row * width), width, thread: 0, goesOn: false);
                    }
                }
            }

            return output;
        }

        public void AssertEqual(float[] output, double tolerance)
        {
            int dim = Config.HeadDim, group = Config.HeadCount / Config.KvHeadCount;
            for (int row = 0; row < Length; row++)
            {
                for (int head = 0; head < Config.HeadCount; head++)
                {
                    int query = ((row * Config.HeadCount) + head) * dim;
                    double[] exact = Exact(row, query, head / group);
                    for (int d = 0; d < dim; d++)
                    {
                        Assert.Equal(exact[d], output[query + d], tolerance);
                    }
                }
            }
        }

        private double[] Exact(int row, int query, int kvHead)
        {
            int dim = Config.HeadDim, first = Math.Max(0, row - _window + 1);
            double[] weights = [.. Enumerable.Range(first, row - first + 1).Select(position =>
                Math.Exp(Config.QueryScale * Enumerable.Range(0, dim).Sum(d => (double)_queries[query + d] * _keys[At(position) + d])))];
            double sum = weights.Sum();
            return [.. Enumerable.Range(0, dim).Select(d => weights.Select((weight, i) => weight / sum * _values[At(first + i) + d]).Sum())];

            int At(int position) => ((position * Config.KvHeadCount) + kvHead) * dim;
        }

        private static float[] Draw(Random random, int width) =>
            [.. Enumerable.Range(0, Length * width).Select(_ => (float)((random.NextDouble() * 4) - 2))];

        private static ModelConfig Shape(int heads, int kvHeads, int dim, int window)
        {
            using var model = new RandomModel(
                new RandomModelShape
                {
                    Architecture = window > 0 ? "MistralForCausalLM" : "LlamaForCausalLM",
                    Heads = heads,
                    KvHeads = kvHeads,
                    HeadDim = dim,
                    Layers = 1,
                    Window = window > 0 ? window : null,
                },
                seed: 1);
            return ModelConfig.Load(model.Folder);
        }
    }
}
