using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Godwit.Worker.Model;

/// <summary>The processor's model: the matrix library picks its kernels by it, so only equal ones are promised equal bits.</summary>
internal static class HostProcessor
{
    private const int Stepping = 0xF;

    /// <summary>Such as <c>x64-306f0</c>.</summary>
    public static string Name
    {
        get
        {
            string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            return X86Base.IsSupported ? $"{architecture}-{X86Base.CpuId(1, 0).Eax & ~Stepping:x}" : architecture;
        }
    }
}
