namespace Godwit.NativeCompat;

/// <summary>
/// Lets a library built with GCC 13 load beside an older libstdc++: re-points the one symbol that is new there to one that old
/// hosts have, and marks the version need weak. The symbol only pulls in the initialisation of the standard streams (GCC 13's
/// &lt;iostream&gt; names it and never calls it), which an older libstdc++ does whenever it is loaded.
/// </summary>
internal static class InitSymbolPatch
{
    public const string Library = "libstdc++.so.6";
    public const string NewVersion = "GLIBCXX_3.4.32";
    public const string NewSymbol = "_ZSt21ios_base_library_initv";

    private const string OldVersion = "GLIBCXX_3.4";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const int SymbolSize = 24;
    private const ushort VersionMask = 0x7fff;

    /// <summary>Makes the three edits in memory; false if there was nothing left to do.</summary>
    public static bool Apply(ElfImage image)
    {
        var needs = VersionTables.Needed(image);
        if (Find(needs, NewVersion) is not { Weak: false } newVersion)
            return false;
        var oldVersion = Find(needs, OldVersion)
            ?? throw new ElfFormatException($"it does not need {OldVersion}, which the symbol would be pointed to");

        RepointSymbol(image, newVersion.Index, oldVersion.Index);
        image.WriteUInt16(newVersion.FlagsOffset, (ushort)(image.ReadUInt16(newVersion.FlagsOffset) | VersionTables.WeakFlag));
        return true;
    }

    private static VersionNeed? Find(IReadOnlyList<VersionNeed> needs, string version) =>
        needs.FirstOrDefault(n => n.Library == Library && n.Name == version);

    private static void RepointSymbol(ElfImage image, ushort newIndex, ushort oldIndex)
    {
        var symbols = image.FindSection(ElfSection.DynamicSymbols) ?? throw new ElfFormatException("no dynamic symbols");
        var versions = image.FindSection(ElfSection.SymbolVersions) ?? throw new ElfFormatException("no symbol versions");
        var strings = image.LinkOf(symbols);
        uint? name = null;
        for (var i = 0L; i < versions.Size / sizeof(ushort); i++)
        {
            var version = versions.Offset + (i * sizeof(ushort));
            if ((image.ReadUInt16(version) & VersionMask) != newIndex)
                continue;
            // Any other symbol of that version would really be missing on an old host: making the need weak would only hide it.
            var nameOffset = image.ReadUInt32(symbols.Offset + (i * SymbolSize));
            var symbol = image.ReadString(strings, nameOffset);
            if (symbol != NewSymbol)
                throw new ElfFormatException($"it needs {symbol} of {NewVersion}, for which there is no substitute");
            image.WriteUInt16(version, oldIndex);
            name = nameOffset;
        }

        if (name is not { } offset)
            return;
        RefuseSharedName(image, symbols, strings, offset);
        image.OverwriteString(strings, offset, NewSymbol, OldSymbol);
    }

    /// <summary>Linkers may let one name be the tail of another; overwriting such a name would rename both.</summary>
    private static void RefuseSharedName(ElfImage image, ElfSection symbols, ElfSection strings, uint name)
    {
        for (var i = 0L; i < symbols.Size / SymbolSize; i++)
        {
            var other = image.ReadUInt32(symbols.Offset + (i * SymbolSize));
            var otherName = image.ReadString(strings, other);
            if (other != name && other < name + NewSymbol.Length && other + otherName.Length > name)
                throw new ElfFormatException($"the name {NewSymbol} is shared with {otherName}");
        }
    }
}
