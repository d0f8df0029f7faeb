using Godwit.NativeCompat;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: NativeCompat PATH-OF-LIBRARY");
    return 2;
}

try
{
    var host = HostLibrary.Find(InitSymbolPatch.Library);
    var hostVersions = host is null ? null : VersionTables.Defined(new ElfImage(File.ReadAllBytes(host)));
    Console.WriteLine(CompatTool.Run(args[0], hostVersions));
    return 0;
}
catch (Exception e) when (e is ElfFormatException or IOException or UnauthorizedAccessException)
{
    // The form that MSBuild shows as an error of the build.
    Console.Error.WriteLine($"{args[0]} : error GODWIT001: {e.Message}");
    return 1;
}
