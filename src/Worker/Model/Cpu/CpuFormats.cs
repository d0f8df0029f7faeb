namespace Godwit.Worker.Model.Cpu;

/// <summary>Number formats in memory.</summary>
/// <param name="Weights">Of the weights.</param>
/// <param name="KvIsBrainFloat">Whether the KV cache is bfloat16; 32-bit floats otherwise.</param>
/// <param name="Fast">Whether the inputs of bfloat16 products may be rounded to bfloat16.</param>
internal sealed record CpuFormats(WeightFormat Weights, bool KvIsBrainFloat = false, bool Fast = false)
{
    /// <summary>Bytes of one value of the KV cache.</summary>
    public int KvBytes => KvIsBrainFloat ? sizeof(ushort) : sizeof(float);

    /// <summary>What the options ask for, or what suits the files.</summary>
    /// <param name="options"><see cref="ModelOptions.Format"/>, <see cref="ModelOptions.KvFormat"/> and <see cref="ModelOptions.Fast"/>.</param>
    /// <param name="files">The weights; bf16 is taken where all matrices are.</param>
    /// <param name="noWeights">Endings of tensors that are no weights.</param>
    public static CpuFormats Choose(ModelOptions options, WeightFiles files, IReadOnlyList<string> noWeights)
    {
        WeightFormat weights = options.Format switch
        {
            "f32" => WeightFormat.F32,
            "bf16" => WeightFormat.BF16,
            "int8" => WeightFormat.Int8,
            _ => files.Names.Where(IsWeight).Select(files.Get).Where(tensor => tensor.Shape.Count > 1)
                .All(tensor => tensor.Dtype == WeightDtype.BF16) ? WeightFormat.BF16 : WeightFormat.F32,
        };
        bool kvIsBrainFloat = options.KvFormat switch
        {
            "f32" => false,
            "bf16" => true,
            _ => weights != WeightFormat.F32,
        };
        return new CpuFormats(weights, kvIsBrainFloat, options.Fast);

        bool IsWeight(string name) => !noWeights.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));
    }
}
