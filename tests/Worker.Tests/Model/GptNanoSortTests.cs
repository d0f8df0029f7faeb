using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu;
using Godwit.Worker.Model.Cpu.Attention;
using Godwit.Worker.Model.Cpu.Dense;
using Godwit.Worker.Model.Cpu.Rows;
using Godwit.Worker.Tests.Model.Reference;

namespace Godwit.Worker.Tests.Model;

/// <summary>
/// Each part of the decoder, given the stored activations before it, makes the stored one after it; and the runner makes the last ones.
/// </summary>
public sealed unsafe class GptNanoSortTests : IDisposable
{
    private const int Hidden = 48;
    private const int Heads = 3;
    private const int HeadDim = 16;

    private readonly GptNanoSort _model = new();
    private readonly HashSet<string> _compared = ["idx"];

    public void Dispose() => _model.Dispose();

    [Fact]
    public void EveryPart_MakesTheStoredActivation()
    {
        ModelConfig config = ModelConfig.Load(_model.Folder);
        WeightFiles files = WeightFiles.Open(_model.Folder);
        using var threads = new ComputeThreads(1);
        using var decoder = new CpuDecoder(
            files, config, new CpuFormats(WeightFormat.F32), new RunnerLimits(GptNanoSort.Length, GptNanoSort.Rows, 1, 1), threads);
        CpuLayer layer = decoder.Layers[0];

        CompareEmbedding(decoder.Tokens, new DecoderFiles(files, config));
        Compare("ln1", Normed(layer.AttentionNorm, "x"));
        Compare("qkv", Product(layer.Qkv, "ln1"));
        CompareHeads();
        CompareScores((float)config.QueryScale);
        Compare("y", Attended(config));
        Compare("yProj", Product(layer.AttentionOutput, "y"));
        Compare("attnResid", Sum("x", "yProj"));
        Compare("ln2", Normed(layer.FeedForwardNorm, "attnResid"));
        Compare("fc", Product(layer.GateUp, "ln2"));
        CompareActivation(config.FeedForward);
        Compare("mlp", Product(layer.Down, "gelu"));
        Compare("mlpResid", Sum("attnResid", "mlp"));
        Compare("block0", Sum("attnResid", "mlp"));
        CompareBlocks(decoder.FinalNorm);
        Compare("ln_f", Normed(decoder.FinalNorm, "block2"));
        Compare("lm_head", Product(decoder.Head, "ln_f"));
        CompareProbabilities();

        Assert.Equal(25, _model.ActivationCount);
        Assert.Equal(_model.ActivationCount, _compared.Count);
    }

    [Theory]
    [MemberData(nameof(Backends.Names), MemberType = typeof(Backends))]
    public void Runner_InAnyChunks_MakesTheLastActivations(string backend)
    {
        using var driver = new RunnerDriver(_model.Folder, backend: backend);
        int[] tokens = _model.Tokens;
        var random = new Random(3);
        var logits = new List<float>();
        var hidden = new List<float>();
        for (int sequence = 0; sequence < GptNanoSort.Sequences; sequence++)
        {
            int[] own = tokens[(sequence * GptNanoSort.Length)..((sequence + 1) * GptNanoSort.Length)];
            logits.AddRange(driver.Chunked(own, 1, random).Logits.SelectMany(row => row));
            hidden.AddRange(driver.Chunked(own, 6, random).Hidden.SelectMany(row => row));
        }

        Compare("ln_f", [.. hidden]);
        Compare("lm_head", [.. logits]);
    }

    [Fact]
    public void Reference_MakesTheLastActivations()
    {
        var reference = new Float64Gpt2(_model.Weights, new RandomModelShape { Layers = 3, Heads = 3, Hidden = Hidden, Tied = false });
        double[][] hidden = [.. _model.Tokens.Chunk(GptNanoSort.Length).SelectMany(reference.Hidden)];
        Compare("ln_f", [.. hidden.SelectMany(row => row).Select(v => (float)v)]);
        Compare("lm_head", [.. hidden.SelectMany(reference.Logits).Select(v => (float)v)]);
    }

    private void CompareEmbedding(TokenRows embedding, DecoderFiles files)
    {
        float[] table = Read(files.Embedding), learned = Read(files.Positions!);
        int[] tokens = _model.Tokens;
        float[] x = new float[GptNanoSort.Rows * Hidden];
        fixed (float* row = x)
        {
            for (int i = 0; i < tokens.Length; i++)
            {
                embedding.Write(row + (i * Hidden), tokens[i], i % GptNanoSort.Length);
            }
        }

        Compare("tok_emb", [.. tokens.SelectMany(t => table[(t * Hidden)..((t + 1) * Hidden)])]);
        Compare("pos_emb", learned.AsSpan(0, GptNanoSort.Length * Hidden));
        Compare("x", x);
    }

    private static float[] Read(MatrixSource source)
    {
        float[] values = new float[source.Outputs * source.Inputs];
        Assert.Single(source.Parts).CopyTo(values);
        return values;
    }

    // What the product calls a row of q, k and v, the store calls [sequence, head, position, entry].
    private void CompareHeads()
    {
        float[] qkv = _model.Stored("qkv");
        for (int part = 0; part < 3; part++)
        {
            string name = ((string[])["q", "k", "v"])[part];
            Compare(name, [.. HeadOrder().Select(at => qkv[(at.Row * 3 * Hidden) + (part * Hidden) + at.Entry])]);
        }
    }

    private void CompareScores(float scale)
    {
        float[] scores = new float[GptNanoSort.Rows * Heads * GptNanoSort.Length], weights = [.. scores];
        float* row = stackalloc float[16];
        fixed (float* queries = _model.Stored("q"), keys = _model.Stored("k"))
        {
            for (int i = 0; i < GptNanoSort.Rows * Heads; i++)
            {
                int first = i / GptNanoSort.Length * GptNanoSort.Length, seen = (i % GptNanoSort.Length) + 1;
                for (int t = 0; t < GptNanoSort.Length; t++)
                {
                    row[t] = t < seen
                        ? scale * RowKernels.Dot(queries + (i * HeadDim), keys + ((first + t) * HeadDim), HeadDim)
                        : float.NegativeInfinity;
                }

                new ReadOnlySpan<float>(row, GptNanoSort.Length).CopyTo(scores.AsSpan(i * GptNanoSort.Length));
                RowKernels.Softmax(row, seen);
                new ReadOnlySpan<float>(row, seen).CopyTo(weights.AsSpan(i * GptNanoSort.Length));
            }
        }

        Compare("att", scores);
        Compare("attSm", weights);
    }

    private float[] Attended(ModelConfig config)
    {
        using var attention = new PagedAttention<FloatKv>(config, GptNanoSort.Sequences, GptNanoSort.Length, threads: 1);
        float[] output = new float[GptNanoSort.Rows * Hidden];
        fixed (float* queries = ByRow("q"), keys = ByRow("k"), values = ByRow("v"), target = output)
        {
            for (int i = 0; i < GptNanoSort.Rows; i++)
            {
                int[] table = [i / GptNanoSort.Length];
                int position = i % GptNanoSort.Length, at = i * Hidden;
                var run = new RowRun(i, 1, position, table, IsAlone: true);
                for (int head = 0; head < Heads; head++)
                {
                    int entry = at + (head * HeadDim);
                    attention.Store(0, position, table, head, keys + entry, values + entry);
                    attention.Attend(0, run, head, queries + at, Hidden, target + at, Hidden, thread: 0, goesOn: false);
                }
            }
        }

        return output;
    }

    private void CompareActivation(FeedForwardKind kind)
    {
        float[] stored = _model.Stored("fc"), made = new float[stored.Length];
        fixed (float* x = stored, y = made)
        {
            ActivationKernels.FeedForward(kind, y, x, stored.Length);
        }

        Compare("gelu", made);
    }

    private void CompareProbabilities()
    {
        float[] made = new float[3 * GptNanoSort.Rows];
        float* row = stackalloc float[8];
        for (int i = 0; i < GptNanoSort.Rows; i++)
        {
            _model.Stored("lm_head").AsSpan(3 * i, 3).CopyTo(new Span<float>(row, 3));
            RowKernels.Softmax(row, 3);
            new ReadOnlySpan<float>(row, 3).CopyTo(made.AsSpan(3 * i));
        }

        Compare("probs", made);
    }

    // Models of one, two and three layers return the final norm of block 0, 1 and 2.
    private void CompareBlocks(NormRow finalNorm)
    {
        for (int block = 0; block < 3; block++)
        {
            using var model = new GptNanoSort(block + 1);
            using var driver = new RunnerDriver(model.Folder);
            var random = new Random(block);
            float[][] hidden = [.. _model.Tokens.Chunk(GptNanoSort.Length).SelectMany(own => driver.Chunked(own, own.Length, random).Hidden)];
            Compare($"block{block}", [.. hidden.SelectMany(row => row)], Normed(finalNorm, $"block{block}"));
        }
    }

    private float[] Normed(NormRow norm, string from)
    {
        float[] rows = [.. _model.Stored(from)];
        fixed (float* x = rows)
        {
            norm.ApplyEach(x, GptNanoSort.Rows);
        }

        return rows;
    }

    private float[] Product(DenseProduct dense, string from)
    {
        float[] y = new float[GptNanoSort.Rows * dense.Outputs];
        fixed (float* x = _model.Stored(from), target = y)
        {
            for (int i = 0; i < GptNanoSort.Rows; i++)
            {
                dense.Pack(i, x + (i * dense.Inputs));
            }

            dense.Multiply(GptNanoSort.Rows, target, dense.Outputs);
            for (int i = 0; i < GptNanoSort.Rows; i++)
            {
                dense.AddBias(target + (i * dense.Outputs));
            }
        }

        return y;
    }

    private float[] Sum(string left, string right)
    {
        float[] sum = [.. _model.Stored(left)];
        fixed (float* y = sum, x = _model.Stored(right))
        {
            RowKernels.Add(y, x, sum.Length);
        }

        return sum;
    }

    private float[] ByRow(string name)
    {
        float[] stored = _model.Stored(name), rows = new float[stored.Length];
        foreach (((int row, int entry), float value) in HeadOrder().Zip(stored))
        {
            rows[(row * Hidden) + entry] = value;
        }

        return rows;
    }

    private static IEnumerable<(int Row, int Entry)> HeadOrder() =>
        from sequence in Enumerable.Range(0, GptNanoSort.Sequences)
        from head in Enumerable.Range(0, Heads)
        from position in Enumerable.Range(0, GptNanoSort.Length)
        from entry in Enumerable.Range(0, HeadDim)
        select ((sequence * GptNanoSort.Length) + position, (head * HeadDim) + entry);

    private void Compare(string name, ReadOnlySpan<float> actual) => Compare(name, actual, _model.Stored(name));

    private void Compare(string name, ReadOnlySpan<float> actual, float[] expected)
    {
        _compared.Add(name);
        double largest = expected.Where(float.IsFinite).Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                expected[i] == actual[i] || Math.Abs(expected[i] - actual[i]) <= 1e-5 * largest,
                $"{name}[{i}] is {actual[i]}, not {expected[i]}");
        }
    }
}
