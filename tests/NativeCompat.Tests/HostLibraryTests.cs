namespace Godwit.NativeCompat.Tests;

public class HostLibraryTests
{
    private static readonly string[] Maps =
    [
        "55d0c0e00000-55d0c0e02000 r--p 00000000 08:01 131 /usr/bin/dotnet",
        "7f00a0000000-7f00a0021000 rw-p 00000000 00:00 0 ",
        "7f00b0000000-7f00b0100000 r--p 00000000 08:01 132 /opt/my libs/libstdc++.so.6.0.30",
        "7f00c0000000-7f00c0100000 r--p 00000000 08:01 133 /usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.33",
    ];

    [Fact]
    public void FindMapped_LinkResolvedByTheKernel_IsFound() =>
        Assert.Equal("/opt/my libs/libstdc++.so.6.0.30", HostLibrary.FindMapped(Maps, "libstdc++.so.6"));

    [Fact]
    public void FindMapped_NotThere_IsNull() => Assert.Null(HostLibrary.FindMapped(Maps, "libstdc++.so.60"));

    [Fact]
    public void Find_UnknownLibrary_IsNull() => Assert.Null(HostLibrary.Find("libgodwit-is-not-there.so.1"));

    [Fact]
    public void Find_OnLinux_GivesTheLibraryThatDefinesTheOldestVersion()
    {
        // .NET itself is linked against it, so on Linux with the GNU library it is there.
        if (!OperatingSystem.IsLinux() || HostLibrary.Find(InitSymbolPatch.Library) is not { } path)
            return;
        Assert.Contains("GLIBCXX_3.4", VersionTables.Defined(new ElfImage(File.ReadAllBytes(path))));
    }
}
