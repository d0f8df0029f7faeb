using System.Text.Json;

namespace Godwit.Training.Selection.Labels;

/// <summary>
/// Labels that were asked for before, in one file that only grows. A line that cannot be read, as a power cut leaves one, is a label that
/// is asked for again.
/// </summary>
internal sealed class LabelStore : IDisposable
{
    private readonly Dictionary<(string Prompt, string Model, string Digest), double?> _labels = [];
    private readonly Lock _lock = new();
    private readonly StreamWriter _file;

    private LabelStore(FileStream file)
    {
        using (StreamReader reader = new(file, leaveOpen: true))
        {
            while (reader.ReadLine() is { } line)
                Remember(line);
        }

        bool isCutOff = file.Length > 0 && LastByte(file) != '\n';
        file.Seek(0, SeekOrigin.End);
        _file = new StreamWriter(file) { AutoFlush = true, NewLine = "\n" };
        if (isCutOff)
            _file.WriteLine();
    }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _labels.Count;
        }
    }

    /// <summary>Opens a file, or makes it.</summary>
    /// <exception cref="IOException">It cannot be opened, for example because another process collects labels into it.</exception>
    public static LabelStore Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new LabelStore(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
    }

    /// <summary>Whether a label is known; its loss is null if the text was refused as too long.</summary>
    public bool TryFind(string prompt, string model, string digest, out double? loss)
    {
        lock (_lock)
            return _labels.TryGetValue((prompt, model, digest), out loss);
    }

    /// <summary>Keeps a label.</summary>
    public void Add(Label label)
    {
        lock (_lock)
        {
            _labels[(label.Prompt, label.Model, label.Digest)] = label.Loss;
            _file.WriteLine(JsonSerializer.Serialize(label, SelectionJson.Default.Label));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Remember(string line)
    {
        try
        {
            if (line.Length > 0 && JsonSerializer.Deserialize(line, SelectionJson.Default.Label) is { Prompt: { } prompt } label)
                _labels[(prompt, label.Model, label.Digest)] = label.Loss;
        }
        catch (JsonException)
        {
        }
    }

    private static int LastByte(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte();
    }
}
