using System.Threading.Channels;
using Godwit.CommandLine.Bench;
using Godwit.Worker.Model;

namespace Godwit.Bench.Flover;

/// <summary>
/// One instance of the model per request, all running at the same time, each on a thread of its own; the cores take turns. Where memory
/// does not hold so many, the others wait for a free one.
/// </summary>
internal sealed class InstanceServing : IServing
{
    // What is free when the first instance stands is not all for the others: buffers and KV blocks come as they run.
    private const double MemoryShare = 0.6;

    private readonly Channel<ServingEngine> _free = Channel.CreateUnbounded<ServingEngine>();
    private readonly List<ServingEngine> _instances = [];

    private InstanceServing()
    {
    }

    /// <inheritdoc/>
    public string? Remark { get; private set; }

    /// <summary>Loads so many instances, or as many as memory holds.</summary>
    public static InstanceServing Start(ModelOptions model, int instances, int tokens)
    {
        ModelOptions alone = EngineChoice.With(model, threads: 1);
        InstanceServing serving = new();
        long before = ProcessMemory.PrivateBytes;
        serving.Add(ServingEngine.Load(alone, 1, tokens));
        long each = Math.Max(1, ProcessMemory.PrivateBytes - before);
        int count = (int)Math.Clamp(1 + (ProcessMemory.AvailableBytes * MemoryShare / each), 1, instances);
        while (serving._instances.Count < count)
            serving.Add(ServingEngine.Load(alone, 1, tokens));
        serving.Remark = $"{count} instances at once, of one thread and {each >> 20} MiB of their own each"
            + (count < instances ? "; memory holds no more" : "");
        return serving;
    }

    /// <inheritdoc/>
    public async Task AnswerAsync(int request, int promptTokens, int newTokens)
    {
        ServingEngine instance = await _free.Reader.ReadAsync();
        await instance.AnswerAsync(request, promptTokens, newTokens);
        _free.Writer.TryWrite(instance);
    }

    /// <inheritdoc/>
    public void Dispose() => _instances.ForEach(instance => instance.Dispose());

    private void Add(ServingEngine instance)
    {
        _instances.Add(instance);
        _free.Writer.TryWrite(instance);
    }
}
