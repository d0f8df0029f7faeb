using System.Globalization;
using System.Text.Json;

namespace Godwit.Scheduler.Simulation.Workloads;

/// <summary>Reads recorded traces: Azure's CSV, BurstGPT's CSV, Mooncake's JSON lines.</summary>
internal static class TraceReader
{
    // Milliseconds are counted from here, so that a double has digits left for what is below one.
    private static readonly DateTime s_origin = new(2020, 1, 1);

    /// <summary>Reads at most <paramref name="most"/> requests.</summary>
    /// <exception cref="TraceFormatException">The file is not there, or is none of these.</exception>
    public static List<TraceRow> Read(string path, int most)
    {
        if (!File.Exists(path))
        {
            throw new TraceFormatException(
                $"There is no trace at {path}. Say where the traces are with --traces DIR, or where this one is with --trace FILE.");
        }

        List<TraceRow> rows = [];
        using StreamReader reader = File.OpenText(path);
        string first = reader.ReadLine() ?? throw new TraceFormatException($"{path} is empty.");
        int number = 1;
        try
        {
            if (first.StartsWith('{'))
            {
                for (string? line = first; line is not null && rows.Count < most; line = reader.ReadLine(), number++)
                {
                    rows.Add(Mooncake(line));
                }
            }
            else
            {
                Func<string[], TraceRow> read = Columns(first, path);
                while (reader.ReadLine() is { } line && rows.Count < most)
                {
                    number++;
                    TraceRow row = read(line.Split(','));
                    if (row is { Prompt: > 0, Output: > 0 })
                    {
                        rows.Add(row);
                    }
                }
            }
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            throw new TraceFormatException($"{path}, line {number}: {e.Message}", e);
        }

        rows.Sort(static (a, b) => a.AtMs.CompareTo(b.AtMs));
        double start = rows.Count == 0 ? 0 : rows[0].AtMs;
        return [.. rows.Select(row => row with { AtMs = row.AtMs - start })];
    }

    private static Func<string[], TraceRow> Columns(string header, string path)
    {
        string[] names = header.TrimStart('\uFEFF').Split(',');
        if (names is ["TIMESTAMP", "ContextTokens", "GeneratedTokens", ..])
        {
            return cells => new TraceRow(
                (DateTime.Parse(cells[0], CultureInfo.InvariantCulture) - s_origin).TotalMilliseconds,
                Int(cells[1]),
                Int(cells[2]),
                Prefix: null);
        }

        int at = Array.IndexOf(names, "Timestamp");
        int prompt = Array.IndexOf(names, "Request tokens"), output = Array.IndexOf(names, "Response tokens");
        return at < 0 || prompt < 0 || output < 0
            ? throw new TraceFormatException(
                $"{path} is no trace: its first line is neither Azure's (TIMESTAMP,ContextTokens,GeneratedTokens) nor BurstGPT's "
                + "(Timestamp,…,Request tokens,Response tokens,…) nor JSON as Mooncake's.")
            : cells => new TraceRow(double.Parse(cells[at], CultureInfo.InvariantCulture) * 1000, Int(cells[prompt]), Int(cells[output]), null);
    }

    private static TraceRow Mooncake(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement row = document.RootElement;
        return new TraceRow(
            row.GetProperty("timestamp").GetDouble(),
            Math.Max(1, row.GetProperty("input_length").GetInt32()),
            Math.Max(1, row.GetProperty("output_length").GetInt32()),
            row.TryGetProperty("hash_ids", out JsonElement hashes) ? [.. hashes.EnumerateArray().Select(hash => hash.GetUInt64())] : null);
    }

    private static int Int(string cell) => (int)double.Parse(cell, CultureInfo.InvariantCulture);
}
