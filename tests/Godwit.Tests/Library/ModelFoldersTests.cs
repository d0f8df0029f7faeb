using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Library;

namespace Godwit.CommandLine.Tests.Library;

public sealed class ModelFoldersTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("godwit-models-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Load_NoLibraryFile_TakesFoldersWithAConfig()
    {
        Folder("b", "config.json");
        Folder("a", "config.json");
        Folder("notes", "readme.txt");
        Assert.Equal(["a", "b"], ModelFolders.Load(_directory).Ids);
    }

    [Fact]
    public void Load_Empty_SaysSo() =>
        Assert.Contains("no model", Assert.Throws<ConfigurationException>(() => ModelFolders.Load(_directory)).Message);

    [Fact]
    public void Load_NoSuchFolder_SaysSo() =>
        Assert.Contains("no such folder", Assert.Throws<ConfigurationException>(() => ModelFolders.Load(Path.Combine(_directory, "x"))).Message);

    [Fact]
    public void Load_MalformedLibrary_NamesTheFile()
    {
        File.WriteAllText(Path.Combine(_directory, "library.json"), "{");
        Assert.Contains("library.json", Assert.Throws<ConfigurationException>(() => ModelFolders.Load(_directory)).Message);
    }

    private void Folder(string name, string file)
    {
        string folder = Path.Combine(_directory, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, file), "{}");
    }
}
