using System.Text;

namespace Godwit.Training.Selection.Evaluation.RouteLlm;

/// <summary>Reads comma-separated values as RFC 4180 has them: fields in quotes may hold commas, line ends and doubled quotes.</summary>
internal static class CsvReader
{
    /// <summary>The rows, the header's included; empty lines are left out.</summary>
    /// <exception cref="InvalidDataException">A quote is never closed.</exception>
    public static IEnumerable<IReadOnlyList<string>> Read(string text)
    {
        List<string> row = [];
        StringBuilder field = new();
        for (int at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"':
                    at = Quoted(text, at + 1, field);
                    break;
                case ',':
                    row.Add(Take(field));
                    break;
                case '\r' when at + 1 < text.Length && text[at + 1] == '\n':
                    break;
                case '\n':
                    if (row.Count > 0 || field.Length > 0)
                    {
                        row.Add(Take(field));
                        yield return row;
                        row = [];
                    }

                    break;
                default:
                    field.Append(text[at]);
                    break;
            }
        }

        if (row.Count > 0 || field.Length > 0)
        {
            row.Add(Take(field));
            yield return row;
        }
    }

    // Appends up to the closing quote and returns its place.
    private static int Quoted(string text, int at, StringBuilder field)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                field.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else
            {
                return at;
            }
        }

        throw new InvalidDataException("a quote is never closed");
    }

    private static string Take(StringBuilder field)
    {
        string value = field.ToString();
        field.Clear();
        return value;
    }
}
