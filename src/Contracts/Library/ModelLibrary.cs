namespace Godwit.Contracts.Library;

/// <summary>The models that can be served, as <c>library.json</c> lists them.</summary>
/// <param name="Models">One card per model; ids are unique.</param>
public sealed record ModelLibrary(IReadOnlyList<ModelCard> Models)
{
    /// <summary>Name of the file in a models folder.</summary>
    public const string FileName = "library.json";
}
