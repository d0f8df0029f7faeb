using System.IO.MemoryMappedFiles;

namespace Godwit.Worker.Model;

/// <summary>
/// A safetensors file mapped into memory, read only: several workers on a machine share its pages, and loading copies no byte twice.
/// Its tensors are valid until it is disposed.
/// </summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly IReadOnlyDictionary<string, SafetensorsEntry> _entries;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    private SafetensorsFile(string path, IReadOnlyDictionary<string, SafetensorsEntry> entries, MemoryMappedFile map)
    {
        Path = path;
        _entries = entries;
        _map = map;
        _view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>Where it was opened.</summary>
    public string Path { get; }

    /// <summary>The names of all tensors in it, in no particular order.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <exception cref="ModelLoadException">It cannot be read, or is not a sound safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var entries = SafetensorsHeader.Read(path, stream);
            return new SafetensorsFile(path, entries, MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException(path, $"cannot be read: {e.Message}", e);
        }
    }

    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="ModelLoadException">There is none, or its number format is not supported.</exception>
    public WeightTensor Get(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            throw new ModelLoadException(Path, $"tensor '{name}' is missing");
        var dtype = entry.Dtype switch
        {
            "F32" => WeightDtype.F32,
            "F16" => WeightDtype.F16,
            "BF16" => WeightDtype.BF16,
            _ => throw new ModelLoadException(Path, $"tensor '{name}' is of {entry.Dtype}; supported: F32, F16, BF16"),
        };
        return new WeightTensor(this, entry, dtype);
    }

    /// <summary>A part of the mapped file; offsets come from a checked header, so only the file's life is checked here.</summary>
    internal ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>Where a part of the mapped file begins.</summary>
    internal byte* Address(long offset)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        return _start + offset;
    }

    /// <summary>
    /// Gives back the pages that were read, which count as this process's memory although the system may take them any time; they are
    /// mapped again when they are next looked at. Does something on Linux only.
    /// </summary>
    public void Release()
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        MemoryAdvice.DontNeed(_start - _view.PointerOffset, _view.Capacity + _view.PointerOffset);
    }

    public void Dispose()
    {
        if (_start is null)
            return;
        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
