using System.Security.Cryptography;

namespace Godwit.NativeCompat.Tests;

public sealed class CompatToolTests : IDisposable
{
    /// <summary>What the shipped library needs of libstdc++, but for the one version that Debian 12 lacks.</summary>
    private static readonly HashSet<string> OldHost = NeededBy(File.ReadAllBytes(ShippedLibrary.PackagePath))
        .Select(n => n.Name).Where(n => n != InitSymbolPatch.NewVersion).ToHashSet();

    private static readonly HashSet<string> NewHost = [.. OldHost, InitSymbolPatch.NewVersion];

    private readonly ShippedLibrary _library = new();

    public void Dispose() => _library.Dispose();

    [Fact]
    public void Run_OldHost_MakesThreeEditsAndNoMore()
    {
        var path = _library.Copy();
        CompatTool.Run(path, OldHost);

        var shipped = File.ReadAllBytes(ShippedLibrary.PackagePath);
        var patched = File.ReadAllBytes(path);
        Assert.Equal(shipped.Length, patched.Length);
        // 28 bytes of name (some equal in both), one version index, one flag.
        Assert.InRange(shipped.Zip(patched).Count(p => p.First != p.Second), 3, 30);
        Assert.DoesNotContain(NeededBy(patched), n => n.Name == InitSymbolPatch.NewVersion && !n.Weak);
        Assert.Single(NeededBy(patched), n => n.Name == InitSymbolPatch.NewVersion && n.Weak);
        Assert.Contains(InitSymbolPatch.NewSymbol, DynamicSymbols(shipped));
        Assert.DoesNotContain(InitSymbolPatch.NewSymbol, DynamicSymbols(patched));
        Assert.Equal(DynamicSymbols(shipped).Where(s => s != InitSymbolPatch.NewSymbol), DynamicSymbols(patched).Where(s => s != "_ZNSt8ios_base4InitC1Ev"));
    }

    [Fact]
    public void Run_OldHost_KeepsModeAndTimeAndWritesANewFile()
    {
        if (OperatingSystem.IsWindows())
            return;
        var path = _library.Copy();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        // An open file is the old content by another name, as the package cache's hard link is.
        using var old = File.OpenRead(path);
        var mode = File.GetUnixFileMode(path);
        var time = File.GetLastWriteTimeUtc(path);
        CompatTool.Run(path, OldHost);

        Assert.Equal(mode, File.GetUnixFileMode(path));
        Assert.Equal(time, File.GetLastWriteTimeUtc(path));
        Assert.Equal(Hash(ShippedLibrary.PackagePath), Convert.ToHexString(SHA256.HashData(old)));
        Assert.NotEqual(Hash(ShippedLibrary.PackagePath), Hash(path));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!, "*.tmp"));
    }

    [Fact]
    public void Run_Twice_ChangesNothingMore()
    {
        var path = _library.Copy();
        CompatTool.Run(path, OldHost);
        var once = Hash(path);
        CompatTool.Run(path, OldHost);
        Assert.Equal(once, Hash(path));
    }

    [Fact]
    public void Run_NewHost_LeavesTheFile()
    {
        var path = _library.Copy();
        CompatTool.Run(path, NewHost);
        CompatTool.Run(path, hostVersions: null);
        Assert.Equal(Hash(ShippedLibrary.PackagePath), Hash(path));
    }

    [Fact]
    public void Run_HostTooOldEvenWithThePatch_SaysWhatIsMissing()
    {
        var path = _library.Copy();
        var ancient = OldHost.Where(n => n != "GLIBCXX_3.4.30").ToHashSet();
        var e = Assert.Throws<ElfFormatException>(() => CompatTool.Run(path, ancient));
        Assert.Contains("GLIBCXX_3.4.30", e.Message, StringComparison.Ordinal);
        Assert.Equal(Hash(ShippedLibrary.PackagePath), Hash(path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(100_000)]
    [InlineData(2_000_000)]
    [InlineData(-1)]
    public void Run_Truncated_IsRefusedAndLeft(int length)
    {
        var path = _library.Copy();
        using (var file = File.OpenWrite(path))
            file.SetLength(length < 0 ? file.Length + length : length);
        var before = Hash(path);
        Assert.Throws<ElfFormatException>(() => CompatTool.Run(path, OldHost));
        Assert.Equal(before, Hash(path));
    }

    [Fact]
    public void Run_DamagedTables_GiveOnlyElfFormatException()
    {
        // The header and the version tables, a byte at a time with a fixed seed: whatever happens must be the one exception.
        var shipped = File.ReadAllBytes(ShippedLibrary.PackagePath);
        var random = new Random(20261123);
        var sections = (int)BitConverter.ToInt64(shipped, 0x28);
        var needs = new ElfImage(shipped).FindSection(ElfSection.VersionNeeds)!.Value;
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var (start, length) = (i % 3) switch
            {
                0 => (0, 64),
                1 => (sections, 31 * 64),
                _ => ((int)needs.Offset, (int)needs.Size),
            };
            var at = start + random.Next(length);
            var original = shipped[at];
            shipped[at] = (byte)random.Next(256);
            try
            {
                VersionTables.Needed(new ElfImage(shipped));
                VersionTables.Defined(new ElfImage(shipped));
            }
            catch (ElfFormatException)
            {
                refused++;
            }

            shipped[at] = original;
        }

        Assert.InRange(refused, 100, 1999);
    }

    private static List<string> DynamicSymbols(byte[] library)
    {
        var image = new ElfImage(library);
        var symbols = image.FindSection(ElfSection.DynamicSymbols)!.Value;
        var strings = image.LinkOf(symbols);
        return [.. Enumerable.Range(0, (int)(symbols.Size / 24)).Select(i => image.ReadString(strings, image.ReadUInt32(symbols.Offset + (i * 24L))))];
    }

    private static IEnumerable<VersionNeed> NeededBy(byte[] library) =>
        VersionTables.Needed(new ElfImage(library)).Where(n => n.Library == InitSymbolPatch.Library);

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
