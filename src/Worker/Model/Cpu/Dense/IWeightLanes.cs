using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Dense;

/// <summary>How a group of 32 weights in memory becomes two vectors of 16 floats; a packed row of x has the same order.</summary>
internal unsafe interface IWeightLanes
{
    /// <summary>Bytes of one weight.</summary>
    static abstract int Bytes { get; }

    /// <summary>The first 16 lanes of a group.</summary>
    static abstract Vector512<float> First(byte* group);

    /// <summary>The second 16 lanes of a group.</summary>
    static abstract Vector512<float> Second(byte* group);

    /// <summary>Half (0 or 1) of the first 16 lanes of a group.</summary>
    static abstract Vector256<float> First(byte* group, int half);

    /// <summary>Half (0 or 1) of the second 16 lanes of a group.</summary>
    static abstract Vector256<float> Second(byte* group, int half);

    /// <summary>Puts a row of x, padded with zeros to whole groups, into the order of the lanes.</summary>
    static abstract void Pack(float* x, float* packed, int inputs);
}
