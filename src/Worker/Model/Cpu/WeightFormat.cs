namespace Godwit.Worker.Model.Cpu;

/// <summary>The number formats that weights have in memory.</summary>
internal enum WeightFormat
{
    F32,
    BF16,

    /// <summary>8-bit integers with one scale per output.</summary>
    Int8,
}
