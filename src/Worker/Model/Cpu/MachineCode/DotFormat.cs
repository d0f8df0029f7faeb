using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>A number format whose products one instruction adds up in pairs; .NET has no name for these instructions.</summary>
/// <param name="LoadWeights">Loads 32 weights, widened to 16 bits.</param>
/// <param name="WeightBytes">Bytes of 32 weights.</param>
/// <param name="Dot">Multiplies and adds.</param>
/// <param name="Add">Adds sums.</param>
internal sealed record DotFormat(Opcode LoadWeights, int WeightBytes, Opcode Dot, Opcode Add)
{
    /// <summary>bfloat16 weights and inputs, sums of floats.</summary>
    public static readonly DotFormat BrainFloat = new(Opcode.Load, 64, Opcode.DotBrainFloat, Opcode.AddFloat);

    /// <summary>8-bit weights, 16-bit inputs, sums of integers.</summary>
    public static readonly DotFormat Int8 = new(Opcode.LoadWidened, 32, Opcode.DotInt16, Opcode.AddInt32);

    /// <summary>Who made the processor, such as <c>authenticamd</c>.</summary>
    public static string ProcessorMaker
    {
        get
        {
            if (!X86Base.IsSupported)
            {
                return "none";
            }

            (_, int first, int third, int second) = X86Base.CpuId(0, 0);
            return Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>(new[] { first, second, third })).ToLowerInvariant();
        }
    }

    /// <summary>Whether this processor has the instruction, and the system this kind of code.</summary>
    public bool IsSupported
    {
        get
        {
            if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64 || !Avx512BW.IsSupported)
            {
                return false;
            }

            const int Features = 7, Avx512Vnni = 1 << 11, Avx512Bf16 = 1 << 5;
            return this == BrainFloat
                ? (X86Base.CpuId(Features, 1).Eax & Avx512Bf16) != 0
                : (X86Base.CpuId(Features, 0).Ecx & Avx512Vnni) != 0;
        }
    }
}
