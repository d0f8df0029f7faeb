namespace Godwit.Bench.Llamacpp;

/// <summary>Number formats of tensors, by the numbers that GGUF gives them.</summary>
internal enum GgufType : uint
{
    F32 = 0,
    F16 = 1,
    BF16 = 30,
}
