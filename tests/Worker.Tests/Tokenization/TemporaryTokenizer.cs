using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Tokenization;

/// <summary>A folder with a <c>tokenizer.json</c>, gone when disposed.</summary>
internal sealed class TemporaryTokenizer : IDisposable
{
    public TemporaryTokenizer(string? json)
    {
        Folder = Directory.CreateTempSubdirectory("godwit-tokenizer-").FullName;
        if (json is not null)
        {
            File.WriteAllText(Path.Combine(Folder, "tokenizer.json"), json);
        }
    }

    public string Folder { get; }

    public static Tokenizer Load(string json)
    {
        using var files = new TemporaryTokenizer(json);
        return Tokenizer.Load(files.Folder);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
