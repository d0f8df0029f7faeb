using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>Reads named weights into fp32 tensors of our own, checking every shape, and knows which of them nobody asked for.</summary>
internal sealed unsafe class WeightTensors(WeightFiles files)
{
    // As many entries as a span of a large tensor is copied by; also bounds the scratch of a transposed one.
    private const long ChunkEntries = 1 << 20;

    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Whether the files have a tensor of this name.</summary>
    public bool Contains(string name) => files.Contains(name);

    /// <summary>The number format in which a tensor is stored.</summary>
    public WeightDtype Dtype(string name) => files.Get(name).Dtype;

    /// <summary>Vectors one after another.</summary>
    public Tensor Vector(params ReadOnlySpan<(string Name, long Length)> parts)
    {
        Tensor stacked = empty([Total(parts)], float32);
        float* target = RowBuffer.PointerTo(stacked);
        foreach ((string name, long length) in parts)
        {
            Copy(Read(name, length), target, length);
            target += length;
        }

        return stacked;
    }

    /// <summary>Matrices of the same width on top of each other: [Σ outputs, inputs].</summary>
    /// <param name="inputs">Entries of a row.</param>
    /// <param name="inputsFirst">Whether the files hold them as [inputs, outputs].</param>
    /// <param name="parts">Names and rows.</param>
    public Tensor Matrix(long inputs, bool inputsFirst, params ReadOnlySpan<(string Name, long Outputs)> parts)
    {
        Tensor stacked = empty([Total(parts), inputs], float32);
        float* target = RowBuffer.PointerTo(stacked);
        foreach ((string name, long outputs) in parts)
        {
            if (inputsFirst)
            {
                CopyTransposed(Read(name, inputs, outputs), target, inputs, outputs);
            }
            else
            {
                Copy(Read(name, outputs, inputs), target, outputs * inputs);
            }

            target += outputs * inputs;
        }

        return stacked;
    }

    /// <summary>
    /// Refuses files with tensors that nobody read: a bias, a norm or an expert without a place in the model means that it computes
    /// something else than what is computed here.
    /// </summary>
    /// <param name="ignored">Whether a tensor may be left over.</param>
    /// <exception cref="ModelLoadException">There is such a tensor; the first by name is given.</exception>
    public void RequireAllRead(Func<string, bool> ignored)
    {
        string[] left = [.. files.Names.Where(name => !_read.Contains(name) && !ignored(name)).Order(StringComparer.Ordinal)];
        if (left.Length > 0)
        {
            string others = left.Length > 1 ? $" (and {left.Length - 1} more)" : "";
            throw new ModelLoadException(
                files.Directory, $"the weights have tensor '{left[0]}'{others}, for which the configured architecture has no place");
        }
    }

    private WeightTensor Read(string name, params ReadOnlySpan<long> shape)
    {
        WeightTensor source = files.Get(name).Require(shape);
        _read.Add(name);
        return source;
    }

    private static long Total(ReadOnlySpan<(string Name, long Size)> parts)
    {
        long total = 0;
        foreach ((_, long size) in parts)
        {
            total += size;
        }

        return total;
    }

    private static void Copy(WeightTensor source, float* target, long length)
    {
        for (long done = 0; done < length; done += ChunkEntries)
        {
            source.CopyTo(new Span<float>(target + done, (int)Math.Min(ChunkEntries, length - done)), done);
        }
    }

    private static void CopyTransposed(WeightTensor source, float* target, long inputs, long outputs)
    {
        long rows = Math.Clamp(ChunkEntries / outputs, 1, inputs);
        float[] chunk = new float[rows * outputs];
        for (long first = 0; first < inputs; first += rows)
        {
            long count = Math.Min(rows, inputs - first);
            source.CopyTo(chunk.AsSpan(0, (int)(count * outputs)), first * outputs);
            for (long output = 0; output < outputs; output++)
            {
                for (long input = 0; input < count; input++)
                {
                    target[(output * inputs) + first + input] = chunk[(input * outputs) + output];
                }
            }
        }
    }
}
