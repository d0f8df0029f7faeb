using Godwit.Worker.Model.Cpu.Dense;
using Godwit.Worker.Model.Cpu.Rows;

namespace Godwit.Worker.Model.Cpu;

/// <summary>The weights of a decoder, mapped or converted, with the kernels that compute it.</summary>
internal sealed class CpuDecoder : IDisposable
{
    private readonly WeightFiles _files;
    private readonly PackedRows _packed;

    /// <param name="files">Weights in Hugging Face's names; owned by the decoder from now on, for what is not converted is read in them.</param>
    /// <param name="config">Shape.</param>
    /// <param name="formats">Number formats in memory.</param>
    /// <param name="limits">Rows to make room for.</param>
    /// <param name="threads">Share every product.</param>
    public CpuDecoder(WeightFiles files, ModelConfig config, CpuFormats formats, RunnerLimits limits, ComputeThreads threads)
    {
        _files = files;
        DenseKernel kernel = DenseKernel.For(formats.Weights, formats.Fast);
        RoundsInputs = kernel is BrainFloatDotKernel;
        int widest = Math.Max(Math.Max(config.HiddenSize, config.IntermediateSize), config.HeadCount * config.HeadDim);
        _packed = new PackedRows(kernel, Math.Max(limits.MaxTokensPerStep, limits.MaxSequences), widest);
        var parts = new DecoderFiles(files, config);
        Tokens = new TokenRows(parts, config.HiddenSize);
        Layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => new CpuLayer(parts, config, i, Product))];
        (float[] weight, float[]? bias) = parts.FinalNorm;
        FinalNorm = new NormRow(weight, bias, (float)config.NormEps);
        Head = Product(parts.Head, null);
        parts.RequireAllRead();
        files.Release();

        DenseProduct Product(MatrixSource source, float[]? biases) =>
            new(new DenseMatrix(source, formats.Weights, kernel), biases, kernel, threads, _packed);
    }

    /// <summary>Whether inputs of products are rounded to the weights' format.</summary>
    public bool RoundsInputs { get; }

    /// <summary>Embeddings.</summary>
    public TokenRows Tokens { get; }

    /// <summary>The layers, in order.</summary>
    public IReadOnlyList<CpuLayer> Layers { get; }

    /// <summary>Norm after the last layer.</summary>
    public NormRow FinalNorm { get; }

    /// <summary>[vocabulary, hidden].</summary>
    public DenseProduct Head { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (CpuLayer layer in Layers)
        {
            layer.Dispose();
        }

        Head.Dispose();
        _packed.Dispose();
        _files.Dispose();
    }
}
