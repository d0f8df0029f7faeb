namespace Godwit.NativeCompat;

/// <summary>One entry of an ELF section table: what the file's tables of symbols, strings and versions are found by.</summary>
/// <param name="Type"><c>sh_type</c>.</param>
/// <param name="Offset">Where it begins in the file, in bytes.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Link">Index of the section it refers to.</param>
/// <param name="Info">Number of its entries, for version tables.</param>
internal readonly record struct ElfSection(uint Type, long Offset, long Size, uint Link, uint Info)
{
    public const uint StringTable = 3;
    public const uint DynamicSymbols = 11;
    public const uint VersionDefinitions = 0x6ffffffd;
    public const uint VersionNeeds = 0x6ffffffe;
    public const uint SymbolVersions = 0x6fffffff;

    /// <summary>Whether this program reads the section, so that its bounds must hold.</summary>
    public bool IsRead => Type is StringTable or DynamicSymbols or VersionDefinitions or VersionNeeds or SymbolVersions;
}
