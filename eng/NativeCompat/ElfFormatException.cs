namespace Godwit.NativeCompat;

/// <summary>The file is not the 64-bit little-endian ELF library it should be, or it is damaged.</summary>
internal sealed class ElfFormatException(string message) : Exception(message);
