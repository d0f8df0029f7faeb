using System.Runtime.Intrinsics;

namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>The number format of the KV cache.</summary>
internal unsafe interface IKvLanes
{
    /// <summary>Bytes of one value.</summary>
    static abstract int Bytes { get; }

    /// <summary>Eight neighbouring values.</summary>
    static abstract Vector256<float> Load(byte* values);

    /// <summary>Sixteen neighbouring values.</summary>
    static abstract Vector512<float> LoadWide(byte* values);

    /// <summary>Writes eight neighbouring values.</summary>
    static abstract void Store(byte* target, Vector256<float> values);

    /// <summary>Copies one value as it is written.</summary>
    static abstract void Copy(byte* target, byte* source);
}
