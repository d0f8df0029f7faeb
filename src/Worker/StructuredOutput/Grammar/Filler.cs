using Godwit.Worker.StructuredOutput.Frames;

namespace Godwit.Worker.StructuredOutput.Grammar;

/// <summary>A property that an object may take on to reach <c>minProperties</c>.</summary>
/// <param name="Cost">Tokens that suffice for its name, colon and value.</param>
/// <param name="Class">Its class.</param>
/// <param name="Name">Its name, where the class has none.</param>
internal readonly record struct Filler(int Cost, int Class, string? Name)
{
    /// <summary>True when the object does not have it.</summary>
    public bool IsUnused(ObjectProgress progress) =>
        Name is null ? !progress.Seen.Contains(Class) : progress.Extras.Count <= 0 || !progress.Extras.Contains(Name);
}
