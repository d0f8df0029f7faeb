using System.Text.Json;
using Godwit.CommandLine.Conversion;
using Godwit.Contracts.Library;
using Godwit.Worker.Model;

namespace Godwit.Godwit.Tests.Conversion;

/// <summary>The models under <c>models/</c> are what the converter makes, and what their cards say.</summary>
public sealed class BundledModelTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Models = Path.Combine(Root, "models");
    private static readonly string Originals = Path.Combine(Root, "..", "shared", "models");

    [Theory]
    [InlineData("stories260k", "stories260K/stories260K.bin", "stories260K/tok512.bin")]
    [InlineData("babyllama", "babyllama-tok105/model5000.bin", "babyllama-tok105/tok105.vocab")]
    public void Convert_Original_ReproducesTheCommittedFolder(string id, string checkpoint, string tokenizer)
    {
        // The originals are not part of the repository; where they are, the folder must follow from them byte for byte.
        if (!Directory.Exists(Originals))
            return;
        var output = Directory.CreateTempSubdirectory("godwit-bundled-");
        try
        {
            var error = new StringWriter();
            var exit = ConvertLlama2cCommand.Run(
                Path.Combine(Originals, checkpoint), Path.Combine(Originals, tokenizer), output.FullName, id, TextWriter.Null, error);
            Assert.Equal((0, ""), (exit, error.ToString()));
            var committed = Directory.GetFiles(Path.Combine(Models, id)).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray();
            Assert.Equal(committed, Directory.GetFiles(output.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.All(committed, file => Assert.True(
                File.ReadAllBytes(Path.Combine(Models, id, file!)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(output.FullName, file!))), file));
        }
        finally
        {
            Directory.Delete(output.FullName, recursive: true);
        }
    }

    [Fact]
    public void Library_EveryCard_AgreesWithItsModel()
    {
        var library = JsonSerializer.Deserialize(
            File.ReadAllText(Path.Combine(Models, ModelLibrary.FileName)), LibraryJson.Default.ModelLibrary)!;

        Assert.Equal(
            ["stories260k", "babyllama", "general", "stories", "math", "code", "sql", "clinical", "legal", "wiki", "drama"],
            library.Models.Select(m => m.Id));
        Assert.All(library.Models, card =>
        {
            var folder = Path.Combine(Models, card.Folder);
            Assert.Equal(ModelConfig.Load(folder).ContextLength, card.ContextLength);
            using var weights = WeightFiles.Open(folder);
            Assert.Equal(weights.Names.Sum(name => weights.Get(name).ElementCount), card.Parameters);
        });
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Godwit.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
