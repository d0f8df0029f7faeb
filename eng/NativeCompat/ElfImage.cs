using System.Buffers.Binary;
using System.Text;

namespace Godwit.NativeCompat;

/// <summary>
/// A 64-bit little-endian ELF file held in memory, with its section table.
/// Every read and write is checked against the file's size: a damaged file gives <see cref="ElfFormatException"/>, nothing else.
/// </summary>
internal sealed class ElfImage
{
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;

    private readonly byte[] _bytes;
    private readonly ElfSection[] _sections;

    public ElfImage(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < HeaderSize || !bytes.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
            throw new ElfFormatException("not an ELF file");
        if (bytes[4] != 2 || bytes[5] != 1)
            throw new ElfFormatException("not a 64-bit little-endian ELF file");
        _sections = ReadSections();
    }

    /// <summary>The file's content, with all edits made so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The first section of this type, or null.</summary>
    public ElfSection? FindSection(uint type)
    {
        foreach (var section in _sections)
        {
            if (section.Type == type)
                return section;
        }

        return null;
    }

    /// <summary>The section that holds another section's strings or symbols (its <c>sh_link</c>).</summary>
    public ElfSection LinkOf(ElfSection section) =>
        section.Link < (uint)_sections.Length ? _sections[section.Link] : throw new ElfFormatException("a section links to no section");

    public ushort ReadUInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(At(offset, 2));

    public uint ReadUInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(At(offset, 4));

    public void WriteUInt16(long offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(At(offset, 2), value);

    /// <summary>The zero-terminated string at an offset of a string table.</summary>
    public string ReadString(ElfSection strings, uint offset)
    {
        if (offset >= strings.Size)
            throw new ElfFormatException("a name lies outside its string table");
        var tail = At(strings.Offset + offset, strings.Size - offset);
        var end = tail.IndexOf((byte)0);
        if (end < 0)
            throw new ElfFormatException("a string table is not terminated");
        return Encoding.UTF8.GetString(tail[..end]);
    }

    /// <summary>Overwrites the string at an offset of a string table by one that is not longer; what remains becomes zeros.</summary>
    public void OverwriteString(ElfSection strings, uint offset, string current, string replacement)
    {
        var target = At(strings.Offset + offset, current.Length);
        if (replacement.Length > current.Length)
            throw new ElfFormatException($"'{replacement}' does not fit in the place of '{current}'");
        target.Clear();
        Encoding.ASCII.GetBytes(replacement, target);
    }

    private ElfSection[] ReadSections()
    {
        var table = ReadUInt64(0x28);
        var count = ReadUInt16(0x3c);
        if (count == 0)
            throw new ElfFormatException("no section table");
        if (ReadUInt16(0x3a) != SectionHeaderSize)
            throw new ElfFormatException("section headers of an unknown size");
        At(table, (long)count * SectionHeaderSize);

        var sections = new ElfSection[count];
        for (var i = 0; i < count; i++)
        {
            var header = table + ((long)i * SectionHeaderSize);
            var section = new ElfSection(
                ReadUInt32(header + 4), ReadUInt64(header + 0x18), ReadUInt64(header + 0x20), ReadUInt32(header + 0x28), ReadUInt32(header + 0x2c));
            if (section.IsRead)
                At(section.Offset, section.Size);
            sections[i] = section;
        }

        return sections;
    }

    /// <summary>A 64-bit offset or size; no file here is larger than an array, so larger values are damage.</summary>
    private long ReadUInt64(long offset)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(At(offset, 8));
        return value <= int.MaxValue ? (long)value : long.MaxValue;
    }

    private Span<byte> At(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > _bytes.Length || length > _bytes.Length - offset)
            throw new ElfFormatException("truncated: a table lies outside the file");
        return _bytes.AsSpan((int)offset, (int)length);
    }
}
