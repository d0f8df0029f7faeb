namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>What one call of a kernel computes: all rows of a run of outputs.</summary>
internal readonly unsafe struct DenseTile
{
    /// <summary>Weights of the first output.</summary>
    public required byte* Weights { get; init; }

    /// <summary>Bytes from the weights of an output to those of the next.</summary>
    public required long WeightStride { get; init; }

    /// <summary>One scale per output; null where weights have none.</summary>
    public required float* WeightScales { get; init; }

    /// <summary>How many outputs.</summary>
    public required int Outputs { get; init; }

    /// <summary>First packed row.</summary>
    public required byte* X { get; init; }

    /// <summary>Bytes from a packed row to the next.</summary>
    public required long XStride { get; init; }

    /// <summary>One scale per row.</summary>
    public required float* XScales { get; init; }

    /// <summary>How many rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Groups of inputs.</summary>
    public required int Groups { get; init; }

    /// <summary>Where the first row's first output goes.</summary>
    public required float* Y { get; init; }

    /// <summary>Floats from a row of y to the next.</summary>
    public required long YStride { get; init; }
}
