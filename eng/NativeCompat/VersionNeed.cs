namespace Godwit.NativeCompat;

/// <summary>One symbol version that a library wants from another (an ELF <c>vernaux</c> entry).</summary>
/// <param name="Library">The library that should define it, such as <c>libstdc++.so.6</c>.</param>
/// <param name="Name">The version, such as <c>GLIBCXX_3.4</c>.</param>
/// <param name="Index">The number by which symbols refer to it.</param>
/// <param name="FlagsOffset">Where its flags lie in the file.</param>
/// <param name="Weak">Whether the loader accepts that it is missing.</param>
internal sealed record VersionNeed(string Library, string Name, ushort Index, long FlagsOffset, bool Weak);
