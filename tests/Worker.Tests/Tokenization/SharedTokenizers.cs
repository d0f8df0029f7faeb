using System.IO.Compression;

namespace Godwit.Worker.Tests.Tokenization;

/// <summary>The real tokenizers beside the repository, where there are any: too large, and not ours, to keep in it.</summary>
internal static class SharedTokenizers
{
    private static readonly string? Root = Find();

    public static string? GoldenFile(string name) => Existing($"golden/tokenizers/{name}.json");

    /// <summary>A model's chat template with conversations.</summary>
    public static string? TemplateFile(string name) => Existing($"golden/chat-templates/{name}.json");

    public static string? GgufFile(string name, string extension) =>
        Existing($"models/tokenizers/ggml-vocab/ggml-vocab-{name}{extension}");

    /// <summary>The folder of a model's tokenizer that lies there unpacked; null where it is not there.</summary>
    public static string? Folder(string name) => Path.GetDirectoryName(Existing($"models/tokenizers/{name}/tokenizer.json"));

    /// <summary>Unpacks a tokenizer into a folder of its own; null where it is not there.</summary>
    public static TemporaryTokenizer? Unpack(string name)
    {
        if (Existing($"tokenizers/{name}/tokenizer.json.gz") is not { } packed)
        {
            return null;
        }

        using FileStream stream = File.OpenRead(packed);
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        using var reader = new StreamReader(unzipped);
        return new TemporaryTokenizer(reader.ReadToEnd());
    }

    private static string? Existing(string relative)
    {
        string? path = Root is null ? null : Path.Combine(Root, relative);
        return File.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Godwit.slnx")))
            {
                return Path.Combine(folder.Parent?.FullName ?? folder.FullName, "shared");
            }
        }

        return null;
    }
}
