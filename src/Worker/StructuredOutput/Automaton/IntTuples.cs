namespace Godwit.Worker.StructuredOutput.Automaton;

/// <summary>Arrays of numbers as keys, equal when their contents are.</summary>
internal sealed class IntTuples : IEqualityComparer<int[]>
{
    public static IntTuples Comparer { get; } = new();

    public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(int[] obj)
    {
        var hash = new HashCode();
        foreach (int value in obj)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
