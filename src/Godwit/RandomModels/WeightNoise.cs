using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Godwit.Worker.Model;

namespace Godwit.CommandLine.RandomModels;

/// <summary>
/// Noise with mean 0 and standard deviation 0.02, as models are initialised with, in bfloat16. Value i is a function of (seed, name, i):
/// any part can be made alone, by any thread. The bell is the sum of four even draws, which takes no logarithm: those differ between
/// machines in their last bit, sums of integers do not.
/// </summary>
internal readonly struct WeightNoise
{
    private const double Deviation = 0.02;

    // Of the sum of four integers drawn evenly from 0…65535: each has the variance (2^32 − 1) / 12.
    private const double SumMean = 2 * 65535.0;
    private const double SumDeviation = 37837.2272;

    private readonly ulong _stream;

    /// <param name="seed">Seed of the model.</param>
    /// <param name="name">Name of the tensor.</param>
    public WeightNoise(long seed, string name) =>
        _stream = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}")));

    /// <summary>Writes the values from index <paramref name="first"/> on.</summary>
    public void Fill(long first, Span<ushort> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            ulong bits = Mix(_stream + ((ulong)(first + i) * 0x9E3779B97F4A7C15));
            int sum = (int)((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48));
            values[i] = BrainFloat.FromFloat((float)((sum - SumMean) * (Deviation / SumDeviation)));
        }
    }

    /// <summary>The output function of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
