using System.Text;

namespace Godwit.Godwit.Tests.Conversion;

/// <summary>Makes small llama2.c files in a temporary folder: every weight has a value that tells where it came from.</summary>
internal sealed class Llama2cFiles : IDisposable
{
    public const int Dim = 8;
    public const int HiddenDim = 12;
    public const int Layers = 2;
    public const int Heads = 2;
    public const int KvHeads = 1;
    public const int Context = 16;

    public static readonly string[] Pieces = ["<unk>", "\n<s>\n", "\n</s>\n", " ", "a", "b", "ab", " a", " ab", "é"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("godwit-convert-");

    public string Output => Path.Combine(_folder.FullName, "model");

    public string Root => _folder.FullName;

    /// <summary>A version 0 checkpoint whose i-th number after the header is i.</summary>
    public string Checkpoint(bool tied = true, Action<int[]>? changeHeader = null, int lengthChange = 0)
    {
        int[] header = [Dim, HiddenDim, Layers, Heads, KvHeads, tied ? Pieces.Length : -Pieces.Length, Context];
        changeHeader?.Invoke(header);
        var floats = (Pieces.Length * Dim)
            + (Layers * ((2 * Dim) + (2 * Dim * Dim) + (2 * Dim * Dim / Heads * KvHeads) + (3 * Dim * HiddenDim)))
            + Dim + (Context * Dim / Heads) + (tied ? 0 : Pieces.Length * Dim);
        var path = Path.Combine(_folder.FullName, "checkpoint.bin");
        using var writer = new BinaryWriter(File.Create(path));
        foreach (var number in header)
            writer.Write(number);
        for (var i = 0; i < floats; i++)
            writer.Write((float)i);
        writer.BaseStream.SetLength(writer.BaseStream.Length + lengthChange);
        return path;
    }

    public string Tokenizer(IReadOnlyList<string>? pieces = null, int lengthChange = 0)
    {
        var path = Path.Combine(_folder.FullName, "tokenizer.bin");
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(7);
        foreach (var (piece, id) in (pieces ?? Pieces).Select((p, i) => (p, i)))
        {
            var bytes = Encoding.UTF8.GetBytes(piece);
            writer.Write(id < 3 ? 0f : -id);
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }

        writer.BaseStream.SetLength(writer.BaseStream.Length + lengthChange);
        return path;
    }

    public string Vocab(string text)
    {
        var path = Path.Combine(_folder.FullName, "spm.vocab");
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
