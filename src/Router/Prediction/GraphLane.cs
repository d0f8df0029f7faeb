using Microsoft.ML.OnnxRuntime;

namespace Godwit.Router.Prediction;

/// <summary>
/// What one run of the graph reads and writes, kept for the next one. The runtime sees a few lengths only, the next longer one with slots
/// of weight 0 behind, so that its values are made once per length.
/// </summary>
internal sealed class GraphLane : IDisposable
{
    private const int Step = 64;

    private readonly long[] _ids;
    private readonly float[] _weights;
    private readonly OrtValue[]?[] _inputs;

    public GraphLane(int slots, int heads, int width)
    {
        _ids = new long[slots];
        _weights = new float[slots];
        _inputs = new OrtValue[(slots + Step - 1) / Step][];
        Losses = new float[heads];
        LogVariances = new float[heads];
        Embedding = new float[width];
        Outputs = [Value(Losses, [1, heads]), Value(LogVariances, [1, heads]), Value(Embedding, [1, width])];
    }

    public static IReadOnlyList<string> InputNames { get; } = [RouterGraph.Ids, RouterGraph.Weights];

    public static IReadOnlyList<string> OutputNames { get; } = [RouterGraph.Loss, RouterGraph.LogVariance, RouterGraph.Embedding];

    public Span<long> Ids => _ids;

    public Span<float> Weights => _weights;

    public float[] Losses { get; }

    public float[] LogVariances { get; }

    public float[] Embedding { get; }

    public IReadOnlyList<OrtValue> Outputs { get; }

    /// <summary>The inputs for so many features, the slots behind them emptied.</summary>
    public void Prepare(int count, out OrtValue[] inputs)
    {
        int index = (Math.Max(1, count) - 1) / Step;
        int length = Math.Min(_ids.Length, (index + 1) * Step);
        _ids.AsSpan(count, length - count).Clear();
        _weights.AsSpan(count, length - count).Clear();
        inputs = _inputs[index] ??= [Value(_ids.AsMemory(0, length), [1, length]), Value(_weights.AsMemory(0, length), [1, length, 1])];
    }

    public void Dispose()
    {
        foreach (OrtValue value in _inputs.Where(inputs => inputs is not null).SelectMany(inputs => inputs!).Concat(Outputs))
        {
            value.Dispose();
        }
    }

    private static OrtValue Value<T>(Memory<T> memory, long[] shape)
        where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);

    private static OrtValue Value(float[] memory, long[] shape) => Value<float>(memory, shape);
}
