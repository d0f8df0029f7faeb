using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>The number format of the KV cache.</summary>
internal unsafe interface IKvLanes
{
    /// <summary>Bytes of one value.</summary>
    static abstract int Bytes { get; }

    /// <summary>Eight neighbouring values.</summary>
    static abstract Vector256<float> Load(byte* values);

    /// <summary>Writes one value.</summary>
    static abstract void Store(byte* target, float value);
}
