using System.Runtime.InteropServices;

namespace Godwit.Worker.Model.Rope;

/// <summary>Cosines and sines of a rotary embedding, [context, dimensions/2] each, computed in double.</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly int _half;
    private readonly int _contextLength;
    private float* _table;

    /// <param name="rope">The embedding.</param>
    /// <param name="contextLength">Positions to make room for.</param>
    public RotaryTable(RotaryEmbedding rope, int contextLength)
    {
        _half = rope.Dimensions / 2;
        _contextLength = contextLength;
        _table = (float*)NativeMemory.AlignedAlloc((nuint)((long)contextLength * 2 * _half * sizeof(float)), 64);
        double[] frequencies = rope.Frequencies(contextLength);
        double amplitude = rope.Scaling?.Amplitude ?? 1;
        for (int i = 0; i < _half; i++)
        {
            for (int position = 0; position < contextLength; position++)
            {
                (double sin, double cos) = Math.SinCos(position * frequencies[i]);
                Cos(position)[i] = (float)(amplitude * cos);
                Sin(position)[i] = (float)(amplitude * sin);
            }
        }
    }

    /// <summary>Entries of a head that are turned, its first.</summary>
    public int Dimensions => 2 * _half;

    /// <summary>Cosines of one position.</summary>
    public float* Cos(int position) => _table + ((long)position * 2 * _half);

    /// <summary>Sines of one position.</summary>
    public float* Sin(int position) => Cos(position) + _half;

    /// <summary>The bytes of the first positions, 1,024 at most.</summary>
    public byte[] FirstBytes => new ReadOnlySpan<byte>(_table, Math.Min(_contextLength, 1024) * 2 * _half * sizeof(float)).ToArray();

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_table);
        _table = null;
    }
}
