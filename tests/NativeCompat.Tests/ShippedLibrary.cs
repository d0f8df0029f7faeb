using System.Reflection;

namespace Godwit.NativeCompat.Tests;

/// <summary>TorchSharp's native library for Linux as its package ships it, and copies of it to work on.</summary>
internal sealed class ShippedLibrary : IDisposable
{
    public static string PackagePath { get; } = typeof(ShippedLibrary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "ShippedLibrary").Value!;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("godwit-native-");

    public string Copy()
    {
        var copy = Path.Combine(_folder.FullName, $"{Guid.NewGuid():n}.so");
        File.Copy(PackagePath, copy);
        return copy;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
