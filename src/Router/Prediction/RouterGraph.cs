using System.Collections.Concurrent;
using Godwit.Router.Features;
using Microsoft.ML.OnnxRuntime;

namespace Godwit.Router.Prediction;

/// <summary>
/// The graph of a router file in ONNX Runtime: features of one prompt in, losses, their uncertainty and an embedding out. On one thread and
/// without spinning, so that it takes nothing from the workers of the machine. Any number of threads may run it at once.
/// </summary>
internal sealed class RouterGraph : IDisposable
{
    /// <summary>Input: buckets of the features, [batch, slots].</summary>
    public const string Ids = "ids";

    /// <summary>Input: their weights, [batch, slots, 1].</summary>
    public const string Weights = "weights";

    /// <summary>Output: predicted losses, [batch, experts with a head].</summary>
    public const string Loss = "loss";

    /// <summary>Output: logarithm of the variance of their errors, [batch, experts with a head].</summary>
    public const string LogVariance = "log_variance";

    /// <summary>Output: the prompt's embedding, [batch, width].</summary>
    public const string Embedding = "embedding";

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly ConcurrentQueue<GraphLane> _lanes = new();

    private RouterGraph(InferenceSession session) => _session = session;

    /// <summary>Columns of the losses.</summary>
    public int Heads { get; private init; }

    /// <summary>Length of the embedding.</summary>
    public int Width { get; private init; }

    /// <summary>What the file says under a key of its metadata; null: nothing.</summary>
    public string? Metadata(string key) => _session.ModelMetadata.CustomMetadataMap.GetValueOrDefault(key);

    /// <summary>Loads a graph and checks that it has the inputs and outputs of a router.</summary>
    /// <exception cref="RouterFileException">It is no such graph.</exception>
    public static RouterGraph Load(byte[] file, bool cuda)
    {
        InferenceSession session;
        try
        {
            using SessionOptions options = Options(cuda);
            session = new InferenceSession(file, options);
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or NotSupportedException)
        {
            throw new RouterFileException($"ONNX Runtime does not load it: {FirstLine(e.Message)}", e);
        }

        try
        {
            Demand(session.InputMetadata, Ids, typeof(long), dimensions: 2);
            Demand(session.InputMetadata, Weights, typeof(float), dimensions: 3);
            int heads = Demand(session.OutputMetadata, Loss, typeof(float), dimensions: 2);
            int width = Demand(session.OutputMetadata, Embedding, typeof(float), dimensions: 2);
            if (Demand(session.OutputMetadata, LogVariance, typeof(float), dimensions: 2) != heads || heads < 1 || width < 1)
            {
                throw new RouterFileException($"the widths of its outputs ({heads} losses, embedding of {width}) do not fit");
            }

            return new RouterGraph(session)
            {
                Heads = heads,
                Width = width,
            };
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A lane to run a prompt in; give it back by <see cref="Return"/>.</summary>
    public GraphLane Rent(FeatureSpec features) =>
        _lanes.TryDequeue(out GraphLane? lane) ? lane : new GraphLane(features.MaxSlots, Heads, Width);

    /// <summary>Runs the graph over the first <paramref name="count"/> features of a lane.</summary>
    public void Run(GraphLane lane, int count)
    {
        lane.Prepare(count, out OrtValue[] inputs);
        _session.Run(_run, GraphLane.InputNames, inputs, GraphLane.OutputNames, lane.Outputs);
    }

    /// <summary>Takes a lane back.</summary>
    public void Return(GraphLane lane) => _lanes.Enqueue(lane);

    public void Dispose()
    {
        while (_lanes.TryDequeue(out GraphLane? lane))
        {
            lane.Dispose();
        }

        _run.Dispose();
        _session.Dispose();
    }

    /// <summary>The first line of what ONNX Runtime says; the rest is its own stack.</summary>
    public static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd();

    private static SessionOptions Options(bool cuda)
    {
        SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            // What it has to say it throws; its own log would go past ours.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        if (cuda)
        {
            options.AppendExecutionProvider_CUDA();
        }

        return options;
    }

    private static int Demand(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, Type type, int dimensions) =>
        nodes.TryGetValue(name, out NodeMetadata? node) && node.IsTensor && node.ElementType == type && node.Dimensions.Length == dimensions
            ? node.Dimensions[^1]
            : throw new RouterFileException($"its graph has no '{name}' of {dimensions} dimensions and type {type.Name}");
}
