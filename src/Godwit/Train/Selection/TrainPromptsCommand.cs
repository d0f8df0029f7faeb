using System.Globalization;
using Godwit.CommandLine.Configuration;
using Godwit.Training.Experts.Corpora;
using Godwit.Training.Selection.Prompts;

namespace Godwit.CommandLine.Train.Selection;

/// <summary><c>godwit train prompts</c>: prompts to train and evaluate a router with, of documents that no expert was trained on.</summary>
internal static class TrainPromptsCommand
{
    /// <summary>Writes both files.</summary>
    /// <exception cref="ConfigurationException">The corpora cannot be read, or a file cannot be written.</exception>
    public static int Run(string corpora, string output, string heldOut, PromptSettings settings, TextWriter report)
    {
        try
        {
            SampledPrompts prompts = PromptSampler.Sample(CorpusReader.Read(corpora), settings);
            PromptFile.Write(output, prompts.Training);
            PromptFile.Write(heldOut, prompts.HeldOut);
            report.WriteLine($"{output}: {Describe(prompts.Training)}");
            report.WriteLine($"{heldOut}: {Describe(prompts.HeldOut)}");
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    private static string Describe(IReadOnlyList<Prompt> prompts)
    {
        IEnumerable<string> domains = prompts.Where(prompt => prompt.Variant == PromptVariants.Original)
            .CountBy(prompt => prompt.Domain).Select(domain => $"{domain.Key} {domain.Value}");
        IEnumerable<string> forms = prompts.Where(prompt => prompt.Variant != PromptVariants.Original)
            .CountBy(prompt => prompt.Variant).Select(form => $"{form.Key} {form.Value}");
        double bytes = prompts.Average(prompt => PromptText.Bytes(prompt.Text));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{prompts.Count} prompts of {bytes:F0} bytes on average ({string.Join(", ", domains.Concat(forms))})");
    }
}
