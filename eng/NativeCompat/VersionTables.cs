namespace Godwit.NativeCompat;

/// <summary>
/// Reads the two GNU version tables of an ELF file: what it defines (<c>.gnu.version_d</c>) and what it needs (<c>.gnu.version_r</c>).
/// Both are linked lists in the file; an entry may only point forward, so that a damaged table cannot loop.
/// </summary>
internal static class VersionTables
{
    public const ushort WeakFlag = 2;

    /// <summary>The names of the versions that the file defines; empty if it has none.</summary>
    public static IReadOnlySet<string> Defined(ElfImage image)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (image.FindSection(ElfSection.VersionDefinitions) is not { } table)
            return names;
        var strings = image.LinkOf(table);
        var entry = table.Offset;
        for (var i = 0u; i < table.Info; i++)
        {
            // verdef: version 2, flags 2, index 2, count 2, hash 4, first name 4, next 4; its first verdaux is its own name.
            names.Add(image.ReadString(strings, image.ReadUInt32(entry + image.ReadUInt32(entry + 12))));
            if (!TryAdvance(image, ref entry, nextField: 16))
                break;
        }

        return names;
    }

    /// <summary>Every version that the file needs, of every library.</summary>
    public static IReadOnlyList<VersionNeed> Needed(ElfImage image)
    {
        var needs = new List<VersionNeed>();
        if (image.FindSection(ElfSection.VersionNeeds) is not { } table)
            return needs;
        var strings = image.LinkOf(table);
        var entry = table.Offset;
        for (var i = 0u; i < table.Info; i++)
        {
            // verneed: version 2, count 2, file 4, first need 4, next 4.
            var library = image.ReadString(strings, image.ReadUInt32(entry + 4));
            AddNeedsOf(image, strings, library, entry, needs);
            if (!TryAdvance(image, ref entry, nextField: 12))
                break;
        }

        return needs;
    }

    private static void AddNeedsOf(ElfImage image, ElfSection strings, string library, long verneed, List<VersionNeed> needs)
    {
        var count = image.ReadUInt16(verneed + 2);
        var entry = verneed + image.ReadUInt32(verneed + 8);
        for (var i = 0; i < count; i++)
        {
            // vernaux: hash 4, flags 2, index 2, name 4, next 4.
            var flags = image.ReadUInt16(entry + 4);
            var name = image.ReadString(strings, image.ReadUInt32(entry + 8));
            needs.Add(new VersionNeed(library, name, image.ReadUInt16(entry + 6), entry + 4, (flags & WeakFlag) != 0));
            if (!TryAdvance(image, ref entry, nextField: 12))
                break;
        }
    }

    private static bool TryAdvance(ElfImage image, ref long entry, int nextField)
    {
        var distance = image.ReadUInt32(entry + nextField);
        entry += distance;
        return distance != 0;
    }
}
