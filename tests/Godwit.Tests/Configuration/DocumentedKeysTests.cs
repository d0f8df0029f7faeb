namespace Godwit.CommandLine.Tests.Configuration;

/// <summary>docs/OPERATIONS.md names every key that is read.</summary>
public sealed class DocumentedKeysTests
{
    [Fact]
    public void EveryKnownKey_IsInTheTable()
    {
        string document = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "OPERATIONS.md"));
        Assert.NotEmpty(Programs.KnownKeys.Names);
        Assert.All(Programs.KnownKeys.Names, key => Assert.Contains($"`{key}`", document, StringComparison.OrdinalIgnoreCase));
    }

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Godwit.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Godwit.slnx was not found above the tests.");
    }
}
