using System.Text;

namespace Godwit.Bench.Llamacpp;

/// <summary>
/// Writes GGUF version 3, llama.cpp's file format: magic, counts, key-value pairs, one entry per tensor, then the tensors' data, each at a
/// multiple of 32 bytes (docs/gguf.md of ggml). Little-endian.
/// </summary>
internal sealed class GgufWriter : IDisposable
{
    private const int Alignment = 32;
    private const uint Version = 3;
    private const uint UInt32 = 4, Int32 = 5, Float32 = 6, Bool = 7, String = 8, Array = 9;

    private readonly MemoryStream _pairs = new();
    private readonly BinaryWriter _values;
    private ulong _count;

    public GgufWriter() => _values = new BinaryWriter(_pairs);

    public void Add(string key, string value) => AddPair(key, String, () => Write(_values, value));

    public void Add(string key, uint value) => AddPair(key, UInt32, () => _values.Write(value));

    public void Add(string key, float value) => AddPair(key, Float32, () => _values.Write(value));

    public void Add(string key, bool value) => AddPair(key, Bool, () => _values.Write(value));

    public void Add(string key, IReadOnlyCollection<string> values) => AddArray(key, String, values, value => Write(_values, value));

    public void Add(string key, IReadOnlyCollection<float> values) => AddArray(key, Float32, values, _values.Write);

    public void Add(string key, IReadOnlyCollection<int> values) => AddArray(key, Int32, values, _values.Write);

    /// <summary>Writes the file with all pairs added so far.</summary>
    public void WriteFile(string path, IReadOnlyCollection<GgufTensor> tensors)
    {
        using FileStream file = File.Create(path);
        using BinaryWriter writer = new(file, Encoding.UTF8, leaveOpen: true);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write(_count);
        writer.Flush();
        _pairs.WriteTo(file);
        long offset = 0;
        foreach (GgufTensor tensor in tensors)
        {
            Write(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Count);
            foreach (long dimension in tensor.Shape.Reverse())
                writer.Write((ulong)dimension);
            writer.Write((uint)tensor.Type);
            writer.Write((ulong)offset);
            offset += Padded(tensor.ByteLength);
        }

        writer.Flush();
        foreach (GgufTensor tensor in tensors)
        {
            file.SetLength(Padded(file.Position));
            file.Seek(0, SeekOrigin.End);
            tensor.Write(file);
        }

        file.SetLength(Padded(file.Position));
    }

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose();

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Write(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private void AddPair(string key, uint type, Action value)
    {
        Write(_values, key);
        _values.Write(type);
        value();
        _count++;
    }

    private void AddArray<T>(string key, uint type, IReadOnlyCollection<T> values, Action<T> write) => AddPair(key, Array, () =>
    {
        _values.Write(type);
        _values.Write((ulong)values.Count);
        foreach (T value in values)
            write(value);
    });
}
