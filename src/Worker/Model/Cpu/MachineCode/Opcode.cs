namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>A vector instruction in EVEX encoding (Intel SDM vol. 2, 2.7).</summary>
/// <param name="Code">Last byte of the opcode.</param>
/// <param name="Map">1 for 0F, 2 for 0F38, 3 for 0F3A.</param>
/// <param name="Prefix">0 for none, 1 for 66, 2 for F3.</param>
/// <param name="Wide">The W bit.</param>
internal readonly record struct Opcode(byte Code, int Map, int Prefix, bool Wide = false)
{
    /// <summary>Loads floats.</summary>
    public static readonly Opcode Load = new(0x10, 1, 0);

    /// <summary>Stores floats.</summary>
    public static readonly Opcode Store = new(0x11, 1, 0);

    /// <summary>Loads 8-bit integers and widens them to 16 bits.</summary>
    public static readonly Opcode LoadWidened = new(0x20, 2, 1);

    /// <summary>Exclusive or.</summary>
    public static readonly Opcode Xor = new(0xEF, 1, 1);

    /// <summary>Adds to 32-bit floats the products of two pairs of bfloat16 (AVX512_BF16).</summary>
    public static readonly Opcode DotBrainFloat = new(0x52, 2, 2);

    /// <summary>Adds to 32-bit integers the products of two pairs of 16-bit integers (AVX512_VNNI).</summary>
    public static readonly Opcode DotInt16 = new(0x52, 2, 1);

    /// <summary>Adds 32-bit floats.</summary>
    public static readonly Opcode AddFloat = new(0x58, 1, 0);

    /// <summary>Adds 32-bit integers.</summary>
    public static readonly Opcode AddInt32 = new(0xFE, 1, 1);

    /// <summary>Interleaves the lower 32-bit halves of every 128 bits.</summary>
    public static readonly Opcode UnpackLow32 = new(0x14, 1, 0);

    /// <summary>Interleaves the upper 32-bit halves of every 128 bits.</summary>
    public static readonly Opcode UnpackHigh32 = new(0x15, 1, 0);

    /// <summary>Interleaves the lower 64 bits of every 128 bits.</summary>
    public static readonly Opcode UnpackLow64 = new(0x14, 1, 1, Wide: true);

    /// <summary>Interleaves the upper 64 bits of every 128 bits.</summary>
    public static readonly Opcode UnpackHigh64 = new(0x15, 1, 1, Wide: true);

    /// <summary>Takes a quarter of a vector; its number is the immediate byte.</summary>
    public static readonly Opcode ExtractQuarter = new(0x19, 3, 1);

    /// <summary>Takes a half of a vector; its number is the immediate byte.</summary>
    public static readonly Opcode ExtractHalf = new(0x1B, 3, 1, Wide: true);
}
