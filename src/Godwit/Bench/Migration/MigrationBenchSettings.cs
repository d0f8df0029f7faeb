namespace Godwit.CommandLine.Bench.Migration;

/// <summary>What <c>godwit bench migration</c> measures.</summary>
/// <param name="Model">Folder of the model.</param>
/// <param name="Contexts">Tokens of context at which requests are moved.</param>
/// <param name="Batch">Requests at the source before a move, and at the destination after it.</param>
/// <param name="Moves">Moves per context.</param>
/// <param name="Pairs">Pairs of windows with and without moves, for what they cost the others.</param>
/// <param name="WindowSeconds">Length of such a window.</param>
internal sealed record MigrationBenchSettings(
    string Model, IReadOnlyList<int> Contexts, int Batch, int Moves, int Pairs, int WindowSeconds);
