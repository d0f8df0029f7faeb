using System.Runtime.CompilerServices;

namespace Godwit.System.Tests.Tidy;

/// <summary>The repository's own files, as the tidy tests read them.</summary>
internal static class Repository
{
    private static readonly string[] s_notOurs = ["/bin/", "/obj/", "/node_modules/", "/artifacts/"];

    public static string Root { get; } = FindRoot();

    /// <summary>Files below a folder of the repository, as paths relative to the root with forward slashes.</summary>
    public static string[] Files(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(f => "/" + Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !s_notOurs.Any(f.Contains))
            .Select(f => f[1..])
            .Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // The built tests may run elsewhere than the sources were compiled; both places are tried.
        foreach (string start in (string[])[AppContext.BaseDirectory, Path.GetDirectoryName(here)!])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Godwit.slnx")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new DirectoryNotFoundException("Godwit.slnx was not found above the tests.");
    }
}
