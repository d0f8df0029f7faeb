using System.Text.RegularExpressions;

namespace Godwit.System.Tests.Tidy;

/// <summary>docs/ARCHITECTURE.md names paths and types in `code`; each of them exists.</summary>
public sealed partial class ArchitectureDocTests
{
    [Fact]
    public void EveryPathAndTypeNamed_Exists()
    {
        string[] names = [.. Code().Matches(Repository.Read("docs/ARCHITECTURE.md")).Select(m => m.Groups[1].Value).Distinct()];
        string[] paths = [.. names.Where(n => PathLike().IsMatch(n))];
        string[] types = [.. names.Where(n => TypeLike().IsMatch(n))];
        Assert.True(paths.Length > 10 && types.Length > 10, "the document names too little to be a map");
        Assert.All(paths, p => Assert.True(Path.Exists(Path.Combine(Repository.Root, p)), $"{p} does not exist"));

        string sources = string.Join('\n', Repository.Files("src", "*.cs").Select(Repository.Read));
        Assert.All(types, t => Assert.Matches($@"\b(class|record|struct|interface|enum) {t}\b", sources));
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^(src|tests|docs|bench|models|eng|k8s|\.ci)(/[\w.\-]+)*/?$")]
    private static partial Regex PathLike();

    // Two humps or more, so that a program's or folder's plain name is not taken for a type.
    [GeneratedRegex(@"^I?[A-Z][a-z0-9]+([A-Z][a-zA-Z0-9]*)+$")]
    private static partial Regex TypeLike();
}
