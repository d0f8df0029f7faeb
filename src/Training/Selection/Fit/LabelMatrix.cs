using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Godwit.Training.Selection.Labels;

namespace Godwit.Training.Selection.Fit;

/// <summary>Losses of experts on prompts, in one order of experts.</summary>
internal static class LabelMatrix
{
    /// <summary>Per prompt, each expert's loss.</summary>
    /// <exception cref="InvalidDataException">A prompt lacks an expert's loss.</exception>
    public static float[][] Of(IReadOnlyList<LabelledPrompt> prompts, IReadOnlyList<string> experts) =>
        [.. prompts.Select(prompt => experts.Select(expert => Loss(prompt, expert)).ToArray())];

    /// <summary>SHA-256 of texts, splits and losses, 64 hex digits.</summary>
    public static string Digest(IReadOnlyList<LabelledPrompt> prompts, IReadOnlyList<string> experts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(double)];
        foreach (LabelledPrompt prompt in prompts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{prompt.Split}\0{prompt.Text}\0"));
            foreach (string expert in experts)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(number, prompt.Losses[expert]);
                hash.AppendData(Encoding.UTF8.GetBytes($"{expert}\0"));
                hash.AppendData(number);
            }
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static float Loss(LabelledPrompt prompt, string expert) => prompt.Losses.TryGetValue(expert, out double loss)
        ? (float)loss
        : throw new InvalidDataException($"The prompt {prompt.Id} has no label of {expert}.");
}
