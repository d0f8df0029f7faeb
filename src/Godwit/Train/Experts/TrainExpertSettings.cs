namespace Godwit.CommandLine.Train.Experts;

/// <summary>What <c>godwit train expert</c> was asked for.</summary>
/// <param name="Ids">The experts, in this order.</param>
/// <param name="Corpora">Folder of the corpora.</param>
/// <param name="Models">Folder of the library they are written to.</param>
/// <param name="Work">Folder of what is needed to go on after an interruption.</param>
/// <param name="From">Expert to begin with; null: <c>general</c>, which itself begins with random weights.</param>
/// <param name="Steps">Steps of each; null: as the bundled ones were trained.</param>
/// <param name="Seed">Seed of weights and order.</param>
/// <param name="Threads">Threads that compute; null: as many as there are cores.</param>
internal sealed record TrainExpertSettings(
    IReadOnlyList<string> Ids, string Corpora, string Models, string Work, string? From, int? Steps, int Seed, int? Threads);
