using System.Runtime.InteropServices;

namespace Godwit.Worker.Model;

/// <summary>Cosines and sines of the rotary embedding, [context, headDim/2] each, computed in double; with Llama 3's scaling.</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly float* _table;
    private readonly int _half;

    public RotaryTable(ModelConfig config, int contextLength)
    {
        _half = config.HeadDim / 2;
        _table = (float*)NativeMemory.AlignedAlloc((nuint)((long)contextLength * 2 * _half * sizeof(float)), 64);
        for (int i = 0; i < _half; i++)
        {
            double frequency = Frequency(config, i);
            for (int position = 0; position < contextLength; position++)
            {
                (double sin, double cos) = Math.SinCos(position * frequency);
                Cos(position)[i] = (float)cos;
                Sin(position)[i] = (float)sin;
            }
        }
    }

    /// <summary>Cosines of one position.</summary>
    public float* Cos(int position) => _table + ((long)position * 2 * _half);

    /// <summary>Sines of one position.</summary>
    public float* Sin(int position) => Cos(position) + _half;

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_table);

    /// <summary>Angle per position of pair <paramref name="i"/>: θ^(−2i/d); slowed for long wavelengths by Llama 3's rule.</summary>
    internal static double Frequency(ModelConfig config, int i)
    {
        double frequency = Math.Pow(config.RopeTheta, -2.0 * i / config.HeadDim);
        if (config.RopeScaling is not { } scaling)
        {
            return frequency;
        }

        double wavelength = 2 * Math.PI / frequency;
        if (wavelength < scaling.OriginalContextLength / scaling.HighFreqFactor)
        {
            return frequency;
        }

        if (wavelength > scaling.OriginalContextLength / scaling.LowFreqFactor)
        {
            return frequency / scaling.Factor;
        }

        double smooth = ((scaling.OriginalContextLength / wavelength) - scaling.LowFreqFactor)
            / (scaling.HighFreqFactor - scaling.LowFreqFactor);
        return ((1 - smooth) * frequency / scaling.Factor) + (smooth * frequency);
    }
}
