using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Godwit.System.Tests.Tidy;

/// <summary>Who may know whom: programs meet only through Contracts, and inside the Worker the arrows point one way.</summary>
public sealed partial class ReferenceArrowTests
{
    private static readonly Dictionary<string, string[]> s_projects = new()
    {
        ["Contracts"] = [],
        ["ServiceDefaults"] = ["Contracts"],
        ["Gateway"] = ["Contracts", "ServiceDefaults"],
        ["Router"] = ["Contracts", "ServiceDefaults"],
        ["Scheduler"] = ["Contracts", "ServiceDefaults"],
        ["Worker"] = ["Contracts", "ServiceDefaults"],
        ["Training"] = ["Contracts", "Router", "Worker"],
        ["Godwit"] = ["Contracts", "ServiceDefaults", "Gateway", "Router", "Scheduler", "Worker", "Training"],
    };

    // Folder of the Worker → folders of the Worker that it may use.
    private static readonly Dictionary<string, string[]> s_worker = new()
    {
        ["Api"] = ["Protocol", "ToolCalls", "Engine", "Sampling", "Tokenization", "ChatTemplates", "StructuredOutput"],
        ["Engine"] = ["KvCache", "Sampling", "Tokenization", "StructuredOutput"],
        ["KvCache"] = [],
        ["Sampling"] = [],
        ["Tokenization"] = [],
        ["ChatTemplates"] = [],
        ["StructuredOutput"] = ["Tokenization"],
        ["ToolCalls"] = [],
        ["Heartbeat"] = [],
        ["Migration"] = ["Protocol", "Api", "Engine", "KvCache", "Sampling"],
        ["Protocol"] = [],
        ["Model"] = ["Engine", "KvCache", "Sampling", "Tokenization", "ChatTemplates"],
    };

    [Fact]
    public void Projects_ReferenceOnlyWhatTheyMay()
    {
        foreach (string project in Repository.Files("src", "*.csproj"))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            string[] references = [.. XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
                .Where(r => (string?)r.Attribute("ReferenceOutputAssembly") != "false")
                .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')))];
            Assert.All(references, r => Assert.True(s_projects[name].Contains(r), $"{name} references {r}"));
        }
    }

    [Fact]
    public void Contracts_HasNoPackageReference() =>
        Assert.DoesNotContain("PackageReference", Repository.Read("src/Contracts/Contracts.csproj"), StringComparison.Ordinal);

    [Fact]
    public void WorkerFolders_PointOneWay()
    {
        foreach (string file in Repository.Files("src/Worker", "*.cs").Where(f => f.Count(c => c == '/') > 2))
        {
            string folder = file.Split('/')[2];
            foreach (Match used in WorkerNamespace().Matches(Repository.Read(file)))
            {
                string target = used.Groups[1].Value;
                Assert.True(
                    target == folder || s_worker[folder].Contains(target), $"{file} uses Godwit.Worker.{target}");
            }
        }
    }

    [Fact]
    public void OnlyTheModelFolderSeesTensors() => Assert.All(
        Repository.Files("src", "*.cs").Where(f => !f.StartsWith("src/Worker/Model/", StringComparison.Ordinal)
            && !f.StartsWith("src/Training/", StringComparison.Ordinal)),
        f => Assert.DoesNotContain("TorchSharp", Regex.Replace(Repository.Read(f), @"///?.*|""[^""]*""", ""), StringComparison.Ordinal));

    [Fact]
    public void RedisKeys_StandInOnePlace() => Assert.All(
        Repository.Files("src", "*.cs").Where(f => !f.EndsWith("/RedisKeys.cs", StringComparison.Ordinal)),
        f => Assert.DoesNotMatch(@"""godwit:[a-z{]", Repository.Read(f)));

    [GeneratedRegex(@"^(?:global )?using (?:static )?Godwit\.Worker\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex WorkerNamespace();
}
