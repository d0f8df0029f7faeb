using System.Globalization;

namespace Godwit.CommandLine.Bench;

/// <summary>Memory as Linux counts it, in bytes.</summary>
internal static class ProcessMemory
{
    /// <summary>Resident memory of this process that no other can share: mapped files are not in it.</summary>
    public static long PrivateBytes => Read("/proc/self/status", "RssAnon:");

    /// <summary>Resident pages of mapped files, weights and libraries: every process that maps the same files shares them.</summary>
    public static long FileBytes => Read("/proc/self/status", "RssFile:");

    /// <summary>What the machine can still give without swapping.</summary>
    public static long AvailableBytes => Read("/proc/meminfo", "MemAvailable:");

    private static long Read(string file, string key)
    {
        string line = File.ReadLines(file).First(line => line.StartsWith(key, StringComparison.Ordinal));
        return 1024 * long.Parse(line[key.Length..].TrimEnd('k', 'B', ' '), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
    }
}
