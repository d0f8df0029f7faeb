namespace Godwit.Worker.Model;

/// <summary>A matrix as it lies in the weight files: one tensor, or several that are stacked by their outputs.</summary>
/// <param name="Parts">The tensors, in the order of the outputs.</param>
/// <param name="Inputs">Entries of an input row.</param>
/// <param name="InputsFirst">Whether a tensor is [inputs, outputs]; it is [outputs, inputs] otherwise.</param>
internal sealed record MatrixSource(IReadOnlyList<WeightTensor> Parts, int Inputs, bool InputsFirst)
{
    /// <summary>Outputs of all parts.</summary>
    public int Outputs => checked((int)Parts.Sum(OutputsOf));

    /// <summary>Outputs of one part.</summary>
    public long OutputsOf(WeightTensor part) => part.ElementCount / Inputs;
}
