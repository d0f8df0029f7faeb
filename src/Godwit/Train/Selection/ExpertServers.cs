using Godwit.CommandLine.Configuration;
using Godwit.Training.Selection.Labels;

namespace Godwit.CommandLine.Train.Selection;

/// <summary>The servers that a router is trained for, and what they serve.</summary>
internal sealed class ExpertServers : IDisposable
{
    // What OpenAI's own clients read.
    private const string KeyVariable = "OPENAI_API_KEY";

    private readonly ExpertServer[] _servers;

    private ExpertServers(ExpertServer[] servers) => _servers = servers;

    /// <summary>All experts, by name.</summary>
    public IReadOnlyList<ServedExpert> Experts { get; private set; } = [];

    /// <summary>Asks the servers what they serve.</summary>
    /// <exception cref="LabelException">One does not say.</exception>
    public static async Task<ExpertServers> ConnectAsync(IReadOnlyList<Uri> addresses, CancellationToken cancel)
    {
        string? key = Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } set ? set : null;
        ExpertServers servers = new([.. addresses.Select(address => new ExpertServer(address, key))]);
        List<ServedExpert> experts = [];
        foreach (ExpertServer server in servers._servers)
            experts.AddRange(await server.ListAsync(cancel));
        servers.Experts = [.. experts.DistinctBy(expert => expert.Id).OrderBy(expert => expert.Id, StringComparer.Ordinal)];
        return servers;
    }

    /// <summary>Some of the experts.</summary>
    /// <param name="ids">Their names; empty: all.</param>
    /// <exception cref="ConfigurationException">Nobody serves one of them.</exception>
    public IReadOnlyList<ServedExpert> Find(IReadOnlyList<string> ids)
    {
        string[] unknown = [.. ids.Where(id => Experts.All(expert => expert.Id != id))];
        return unknown.Length > 0
            ? throw new ConfigurationException(
                $"Nobody serves {string.Join(", ", unknown)}; there are {string.Join(", ", Experts.Select(expert => expert.Id))}.")
            : [.. Experts.Where(expert => ids.Count == 0 || ids.Contains(expert.Id))];
    }

    public void Dispose()
    {
        foreach (ExpertServer server in _servers)
            server.Dispose();
    }
}
