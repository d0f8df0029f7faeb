using Godwit.Router.Tests;

namespace Godwit.System.Tests.Selection;

/// <summary>
/// A router file that a test can replace. Its network is made, not trained: of two experts one is good where "select" stands in a prompt,
/// the other where "princess" does.
/// </summary>
internal sealed class RouterFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("godwit-router-");

    /// <summary>The file.</summary>
    public string Path => global::System.IO.Path.Combine(_folder.FullName, "router.onnx");

    /// <summary>Puts another file in its place at once.</summary>
    /// <param name="select">Who is good at "select".</param>
    /// <param name="princess">Who is good at "princess".</param>
    public void Write(string select, string princess)
    {
        string next = Path + ".next";
        File.WriteAllBytes(next, new TestRouter { Experts = ["general", select, princess] }.ToBytes());
        File.Move(next, Path, overwrite: true);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
