namespace Godwit.Training.Experts.Corpora;

/// <summary>Where a corpus comes from.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Domain">Expert whose subject it is.</param>
/// <param name="Origin">What it is, and whose.</param>
/// <param name="Licence">Its licence.</param>
internal sealed record CorpusSource(string Folder, string Domain, string Origin, string Licence)
{
    /// <summary>Reads its documents.</summary>
    public required Func<string, IEnumerable<RawDocument>> Read { get; init; }
}
