using System.Threading.Channels;
using Godwit.Worker.Engine;
using Godwit.Worker.Engine.Transfer;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Engine.Transfer;

/// <summary>A batch over a simulated model, stepped by the test's own thread.</summary>
internal sealed class TransferBatch : IDisposable
{
    private static readonly IReadOnlySet<int> s_endTokens = new HashSet<int> { 1, 2 };
    private readonly SimulatedRunner _runner;
    private readonly RequestPreparation _preparation;
    private readonly Dictionary<EngineRequest, ChannelReader<SequenceOutput>> _readers = [];
    private readonly Dictionary<EngineRequest, List<SequenceOutput>> _outputs = [];

    public TransferBatch(EngineOptions options, int context = 8192, SequenceMetrics? metrics = null)
    {
        options.CheckInvariants = true;
        _runner = new SimulatedRunner(new SimulatedRunnerOptions(
            0, 0, 1, 512, [.. Enumerable.Range(300, 100)], options.MaxSequences, options.KvBlocks));
        Batch = new FusedBatch(_runner, s_endTokens, options, metrics);
        _preparation = new RequestPreparation(
            _runner,
            Tokenizer.Load(BundledModel.Folder("stories260k")),
            s_endTokens,
            context,
            options,
            metrics ?? SequenceMetrics.Unread());
    }

    public FusedBatch Batch { get; }

    public EngineStatus Status => Batch.Status;

    public EngineRequest Add(
        int[] prompt, int tokens, int choices = 1, int priority = 0, bool alone = false, IReadOnlyList<IReadOnlyList<int>>? outputs = null)
    {
        var channel = Channel.CreateUnbounded<SequenceOutput>();
        EngineRequest request = _preparation.Prepare(
            Request(prompt, tokens, choices) with { Priority = priority, Alone = alone, Outputs = outputs }, channel.Writer);
        _readers[request] = channel.Reader;
        Batch.Add(request);
        return request;
    }

    /// <summary>Adopts what another batch has parked.</summary>
    public RequestAdoption Prepare(int[] prompt, int tokens, int choices = 1)
    {
        var channel = Channel.CreateUnbounded<SequenceOutput>();
        EngineRequest request = _preparation.PrepareAdoption(Request(prompt, tokens, choices), channel.Writer);
        _readers[request] = channel.Reader;
        return new RequestAdoption(request, new Generation(channel.Reader, () => 0, () => Batch.Cancel(request)), _preparation);
    }

    /// <summary>Copies a block from another batch's memory.</summary>
    public void Copy(TransferBatch source, int from, int to)
    {
        byte[] bytes = new byte[_runner.BytesPerBlock];
        source._runner.ReadBlock(from, bytes);
        _runner.WriteBlock(to, bytes);
    }

    /// <summary>Steps until nothing can run; never for ever.</summary>
    public int Run()
    {
        int steps = 0;
        while (Batch.Step())
        {
            Assert.True(++steps < 100_000, "it does not come to rest");
        }

        return steps;
    }

    public void Step(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Batch.Step();
        }
    }

    /// <summary>Tokens of a choice that are out so far.</summary>
    public IReadOnlyList<int> Tokens(EngineRequest request, int choice = 0) => [.. Outputs(request)
        .Where(output => output.Choice == choice)
        .SelectMany(output => output.TokenIds)];

    /// <summary>Whether all outputs are read and no more will come.</summary>
    public bool IsComplete(EngineRequest request) => _readers[request].Completion.IsCompleted;

    public void Dispose() => _runner.Dispose();

    private List<SequenceOutput> Outputs(EngineRequest request)
    {
        List<SequenceOutput> outputs = _outputs.TryGetValue(request, out List<SequenceOutput>? known) ? known : _outputs[request] = [];
        while (_readers[request].TryRead(out SequenceOutput output))
        {
            outputs.Add(output);
        }

        return outputs;
    }

    private static GenerationRequest Request(int[] prompt, int tokens, int choices) =>
        new("r", [prompt], new SamplingParams { MaxTokens = tokens, IgnoreEos = true }, ChoicesPerPrompt: choices);
}
