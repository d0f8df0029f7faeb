using System.Runtime.InteropServices;

namespace Godwit.Bench;

/// <summary>The machine a figure was measured on, in one line.</summary>
internal static class Machine
{
    public static string Describe()
    {
        string cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "?"
            : RuntimeInformation.ProcessArchitecture.ToString();
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024 * 1024);
        return $"{cpu}, {Environment.ProcessorCount} cores, {memory} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    /// <summary>Finds the repository from the built benchmark.</summary>
    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Godwit.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Godwit.slnx was not found above the benchmark.");
    }
}
