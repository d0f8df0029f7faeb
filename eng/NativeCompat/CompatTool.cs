namespace Godwit.NativeCompat;

/// <summary>Makes one copied library loadable on this host, and touches nothing where it already is.</summary>
internal static class CompatTool
{
    /// <summary>
    /// Examines the library at <paramref name="path"/> against the versions of the host's libstdc++ and patches it if needed.
    /// </summary>
    /// <returns>What was done, in one line.</returns>
    public static string Run(string path, IReadOnlySet<string>? hostVersions)
    {
        var image = new ElfImage(File.ReadAllBytes(path));
        var needed = VersionTables.Needed(image)
            .Where(n => n.Library == InitSymbolPatch.Library && !n.Weak).Select(n => n.Name).ToArray();
        if (!PatchDecision.Needed(hostVersions, needed))
            return $"{path}: loads as it is";

        var missing = needed.Where(n => !hostVersions!.Contains(n) && n != InitSymbolPatch.NewVersion).ToArray();
        if (missing.Length > 0)
            throw new ElfFormatException($"this host's {InitSymbolPatch.Library} is too old for it: it lacks {string.Join(", ", missing)}");
        if (InitSymbolPatch.Apply(image))
            Replace(path, image.Bytes);
        return $"{path}: adapted to a {InitSymbolPatch.Library} without {InitSymbolPatch.NewVersion}";
    }

    /// <summary>
    /// Puts a new file in the old one's place. Never in place: output folders are hard links into the package cache.
    /// Mode and time are kept, so that the next build's copy step finds the file unchanged and leaves it.
    /// </summary>
    private static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var written = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(written, content);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(written, File.GetUnixFileMode(path));
            File.SetLastWriteTimeUtc(written, File.GetLastWriteTimeUtc(path));
            File.Move(written, path, overwrite: true);
        }
        finally
        {
            File.Delete(written);
        }
    }
}
