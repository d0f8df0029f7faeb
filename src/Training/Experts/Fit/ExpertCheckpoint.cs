using System.Globalization;
using Godwit.Training.Experts.Network;
using Godwit.Worker.Model;
using static TorchSharp.torch;

namespace Godwit.Training.Experts.Fit;

/// <summary>
/// A training that can be gone on with: weights and averages in one safetensors file, 32-bit, named by the step. The file appears whole or
/// not at all.
/// </summary>
internal static class ExpertCheckpoint
{
    private const string StepName = "step";

    /// <summary>Writes it.</summary>
    public static void Write(string path, ExpertWeights weights, AdamW optimizer, int step)
    {
        List<SafetensorsTensor> tensors = [SafetensorsTensor.FromFloats(StepName, [1], [step])];
        foreach ((int i, (string name, Tensor value)) in weights.Named.Index())
        {
            tensors.Add(Stored($"weight.{name}", value));
            tensors.Add(Stored($"mean.{name}", optimizer.Means[i]));
            tensors.Add(Stored($"square.{name}", optimizer.Squares[i]));
        }

        string partial = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}");
        SafetensorsWriter.Write(partial, tensors);
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads it back.</summary>
    /// <returns>The weights, the optimizer and how many steps were done.</returns>
    /// <exception cref="ModelLoadException">It is no checkpoint, or of another shape.</exception>
    public static (ExpertWeights Weights, AdamW Optimizer, int Step) Read(string path, ExpertShape shape)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ExpertWeights weights = ExpertWeights.Of(shape, name => Values($"weight.{name}"));
        AdamW optimizer = new(weights);
        foreach ((int i, (string name, _)) in weights.Named.Index())
        {
            Fill(optimizer.Means[i], Values($"mean.{name}"));
            Fill(optimizer.Squares[i], Values($"square.{name}"));
        }

        return (weights, optimizer, (int)Values(StepName)[0]);

        float[] Values(string name)
        {
            WeightTensor stored = file.Get(name);
            float[] values = new float[stored.ElementCount];
            stored.CopyTo(values);
            return values;
        }
    }

    private static void Fill(Tensor target, float[] values)
    {
        using Tensor source = tensor(values, target.shape);
        target.copy_(source);
    }

    private static SafetensorsTensor Stored(string name, Tensor value)
    {
        using Tensor flat = value.detach();
        return SafetensorsTensor.FromFloats(name, value.shape, [.. flat.data<float>()]);
    }
}
