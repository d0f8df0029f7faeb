namespace Godwit.CommandLine.Configuration;

/// <summary>Levenshtein distance, for "did you mean".</summary>
internal static class EditDistance
{
    /// <summary>Fewest insertions, deletions and replacements that make one text the other, ignoring case.</summary>
    public static int Between(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }

    /// <summary>The candidate nearest to a text, or null when there is none.</summary>
    public static string? Nearest(string text, IEnumerable<string> candidates) =>
        candidates.OrderBy(candidate => Between(text, candidate)).ThenBy(candidate => candidate, StringComparer.Ordinal).FirstOrDefault();
}
