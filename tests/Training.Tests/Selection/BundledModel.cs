namespace Godwit.Training.Tests.Selection;

/// <summary>Finds the models that the repository ships.</summary>
internal static class BundledModel
{
    public static string Folder(string model)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Godwit.slnx")))
            {
                return Path.Combine(folder.FullName, "models", model);
            }
        }

        throw new DirectoryNotFoundException("Godwit.slnx was not found above the tests.");
    }
}
