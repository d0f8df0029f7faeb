using System.Diagnostics;
using System.Globalization;

namespace Godwit.System.Tests.Processes;

/// <summary>What the tests ask of the operating system.</summary>
internal static class Unix
{
    /// <summary>Sends a signal with <c>kill</c>(1), which every system has.</summary>
    public static void Signal(int processId, string name)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {processId}"]);
        kill.WaitForExit();
    }

    /// <summary>Whether a process runs (a zombie does not).</summary>
    public static bool IsAlive(int processId) => Stat(processId) is { } stat && stat.State != 'Z';

    /// <summary>The living children of a process whose command line has a word in it.</summary>
    public static IReadOnlyList<int> Children(int parent, string word = "") =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0 && Stat(id) is { State: not 'Z' } stat && stat.Parent == parent && CommandLine(id).Contains(word, StringComparison.Ordinal)),
    ];

    /// <summary>Waits until something about a process is so; the deadline only keeps a broken test from hanging.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(RunningGodwit.Patience);
        while (!condition())
            await Task.Delay(25, deadline.Token);
    }

    private static string CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static (char State, int Parent)? Stat(int processId)
    {
        try
        {
            // The name in parentheses may hold spaces; the state follows the last of them.
            string text = File.ReadAllText($"/proc/{processId}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
