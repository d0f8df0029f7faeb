namespace Godwit.Router.Library;

/// <summary>
/// A file that others replace while we run. It is looked at now and then: notices of the file system do not come for every kind of mount.
/// </summary>
internal sealed class WatchedFile(string path)
{
    private Stamp? _taken;
    private Stamp? _seen;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Whether it is there; what it has now counts as taken.</summary>
    public bool Take() => (_taken = Look()) is not null;

    /// <summary>
    /// Whether it has another content than was taken last, and none has written it since the last look; it counts as taken then.
    /// </summary>
    public bool TakeIfChanged()
    {
        Stamp? now = Look();
        bool still = now == _seen;
        _seen = now;
        if (now is null || now == _taken || !still)
        {
            return false;
        }

        _taken = now;
        return true;
    }

    private Stamp? Look()
    {
        FileInfo file = new(Path);
        try
        {
            return file.Exists ? new Stamp(file.Length, file.LastWriteTimeUtc) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Stamp(long Length, DateTime Written);
}
