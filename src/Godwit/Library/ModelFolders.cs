using System.Text.Json;
using Godwit.CommandLine.Configuration;

namespace Godwit.CommandLine.Library;

/// <summary>The models that can be served, by id, and the folder of each.</summary>
internal sealed class ModelFolders
{
    private const string LibraryFile = "library.json";

    private readonly Dictionary<string, string> _folders;

    private ModelFolders(string directory, IEnumerable<KeyValuePair<string, string>> folders)
    {
        Directory = directory;
        _folders = new(folders, StringComparer.Ordinal);
    }

    /// <summary>Folder of the library.</summary>
    public string Directory { get; }

    /// <summary>Ids of all models.</summary>
    public IReadOnlyList<string> Ids => [.. _folders.Keys];

    /// <summary>Folder of a model that is among <see cref="Ids"/>.</summary>
    public string FolderOf(string model) => _folders[model];

    /// <summary>The library that comes with the program: beside it, or, when it runs from its sources, in the repository.</summary>
    /// <exception cref="ConfigurationException">It is in neither place.</exception>
    public static ModelFolders Bundled()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "models");
            if (File.Exists(Path.Combine(candidate, LibraryFile)))
                return Load(candidate);
        }

        throw new ConfigurationException("The bundled models are not there; name a folder of models with --models.");
    }

    /// <summary>The models of a folder: those in its library.json, or, without one, every folder in it that has a config.json.</summary>
    /// <exception cref="ConfigurationException">There is no such folder, or nothing in it.</exception>
    public static ModelFolders Load(string directory)
    {
        string root = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(root))
            throw new ConfigurationException($"{root}: there is no such folder (--models).");
        string library = Path.Combine(root, LibraryFile);
        ModelFolders models = new(root, File.Exists(library) ? FromCards(root, library) : FromFolders(root));
        return models._folders.Count > 0 ? models : throw new ConfigurationException($"{root}: there is no model in this folder.");
    }

    private static IEnumerable<KeyValuePair<string, string>> FromCards(string root, string library)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(library));
            return [.. document.RootElement.GetProperty("models").EnumerateArray().Select(card => KeyValuePair.Create(
                card.GetProperty("id").GetString()!,
                Path.GetFullPath(card.GetProperty("folder").GetString()!, root)))];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new ConfigurationException($"{library}: {e.Message}");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> FromFolders(string root) =>
        System.IO.Directory.EnumerateDirectories(root)
            .Where(folder => File.Exists(Path.Combine(folder, "config.json")))
            .Order(StringComparer.Ordinal)
            .Select(folder => KeyValuePair.Create(Path.GetFileName(folder), folder));
}
