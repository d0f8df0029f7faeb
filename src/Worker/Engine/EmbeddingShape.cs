namespace Godwit.Worker.Engine;

/// <summary>What embeddings a model gives.</summary>
/// <param name="Size">Entries of one.</param>
/// <param name="Pooling">How it is pooled.</param>
/// <param name="IsMatryoshka">The model was trained so that the first entries are an embedding of their own.</param>
/// <param name="Dimensions">The numbers of entries that it was trained for; null when it does not say.</param>
internal sealed record EmbeddingShape(int Size, Pooling Pooling, bool IsMatryoshka = false, IReadOnlyList<int>? Dimensions = null)
{
    /// <summary>Whether so many entries make an embedding.</summary>
    public bool Allows(int dimensions) =>
        dimensions == Size || (IsMatryoshka && dimensions >= 1 && dimensions < Size && Dimensions?.Contains(dimensions) != false);

    /// <summary>The numbers of entries that are allowed, in words.</summary>
    public string Allowed => !IsMatryoshka ? $"{Size}"
        : Dimensions is null ? $"an integer from 1 to {Size}"
        : "one of " + string.Join(", ", Dimensions.Append(Size).Where(Allows).Distinct().Order());
}
