using System.Runtime.InteropServices;

namespace Godwit.NativeCompat;

/// <summary>
/// Finds the file that this host's loader takes for a library name, by asking the loader itself: search paths, caches and
/// LD_LIBRARY_PATH differ between distributions, and this process runs under the same loader as the program that is built.
/// </summary>
internal static class HostLibrary
{
    /// <summary>The library's path, or null where it does not exist or the host is not Linux.</summary>
    public static string? Find(string name)
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(name, out _))
            return null;
        return FindMapped(File.ReadLines("/proc/self/maps"), name);
    }

    /// <summary>The path of the mapped file of this name, in the format of <c>/proc/PID/maps</c>; a link's target counts as well.</summary>
    public static string? FindMapped(IEnumerable<string> maps, string name)
    {
        foreach (var line in maps)
        {
            // address perms offset device inode path; the kernel shows links resolved: libstdc++.so.6 → libstdc++.so.6.0.30
            var slash = line.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
                continue;
            var path = line[slash..];
            var file = Path.GetFileName(path);
            if (file == name || file.StartsWith(name + ".", StringComparison.Ordinal))
                return path;
        }

        return null;
    }
}
