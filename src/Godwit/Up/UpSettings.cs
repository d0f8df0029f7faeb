using Microsoft.Extensions.Configuration;

namespace Godwit.CommandLine.Up;

/// <summary>What the command line of <c>up</c> asks for beyond the configuration.</summary>
/// <param name="Configuration">Everything configured, the command line included.</param>
/// <param name="Models">Folder of the library; null for the bundled one.</param>
/// <param name="Workers">Values of <c>--workers</c>.</param>
/// <param name="All">Whether every model of the library is served.</param>
/// <param name="Threads">Threads of each worker; null for an equal share of the cores.</param>
/// <param name="Separate">Whether Gateway, Router and Scheduler get processes of their own too.</param>
/// <param name="Inherited">Options that all children are given as they are: <c>--config</c>, <c>--set</c>, <c>--log-level</c>.</param>
/// <param name="WorkerArguments">Options that only workers know and are given as they are: <c>--runner</c>, <c>--format</c>, …</param>
internal sealed record UpSettings(
    IConfiguration Configuration,
    string? Models,
    IReadOnlyList<string> Workers,
    bool All,
    int? Threads,
    bool Separate,
    IReadOnlyList<string> Inherited,
    IReadOnlyList<string> WorkerArguments);
