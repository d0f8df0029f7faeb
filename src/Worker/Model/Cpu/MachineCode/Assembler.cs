namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>
/// Writes the few x86-64 instructions that the product kernels are made of. Vector registers are 0…31; lengths are 0 for 128, 1 for 256 and
/// 2 for 512 bits.
/// </summary>
internal sealed class Assembler
{
    /// <summary>Length of a whole vector, 512 bits.</summary>
    public const int Whole = 2;

    private readonly List<byte> _code = [];

    /// <summary>The code so far.</summary>
    public ReadOnlySpan<byte> Code => _code.ToArray();

    /// <summary>Where the next instruction goes.</summary>
    public int Position => _code.Count;

    /// <summary>target = left ∘ right, all registers.</summary>
    public void Vector(Opcode opcode, int target, int left, int right, int length = Whole, byte? immediate = null)
    {
        // The register in r/m has its fourth bit in B and its fifth in X.
        Prefix(opcode, target, left, baseBit: right >> 3, indexBit: right >> 4, length);
        _code.Add((byte)(0xC0 | ((target & 7) << 3) | (right & 7)));
        if (immediate is { } value)
        {
            _code.Add(value);
        }
    }

    /// <summary>A register and memory: a load, or a store for <see cref="Opcode.Store"/>.</summary>
    public void Vector(Opcode opcode, int register, Address address, int length = Whole)
    {
        Prefix(opcode, register, 0, (int)address.Base >> 3, (int)(address.Index ?? 0) >> 3, length);
        Operand(register, address);
    }

    /// <summary>register = [address], 64 bits.</summary>
    public void Load(Register register, Address address) => General(0x8B, (int)register, address);

    /// <summary>register = address.</summary>
    public void LoadAddress(Register register, Address address) => General(0x8D, (int)register, address);

    /// <summary>register += value.</summary>
    public void Add(Register register, int value)
    {
        Rex(wide: true, 0, 0, (int)register);
        _code.AddRange([0x81, (byte)(0xC0 | ((int)register & 7))]);
        _code.AddRange(BitConverter.GetBytes(value));
    }

    /// <summary>[address] = register, 64 bits.</summary>
    public void Store(Register register, Address address) => General(0x89, (int)register, address);

    /// <summary>register += [address], 64 bits.</summary>
    public void Add(Register register, Address address) => General(0x03, (int)register, address);

    /// <summary>register −= 1; <see cref="LoopUnlessZero"/> looks at the result.</summary>
    public void Decrement(Register register)
    {
        Rex(wide: true, 0, 0, (int)register);
        _code.AddRange([0xFF, (byte)(0xC8 | ((int)register & 7))]);
    }

    /// <summary>Goes to a place before unless the last <see cref="Decrement"/> gave 0.</summary>
    public void LoopUnlessZero(int target)
    {
        _code.AddRange([0x0F, 0x85]);
        _code.AddRange(BitConverter.GetBytes(target - (Position + sizeof(int))));
    }

    /// <summary>Asks for a cache line.</summary>
    public void Prefetch(Address address)
    {
        Rex(wide: false, 0, (int)(address.Index ?? 0), (int)address.Base);
        _code.AddRange([0x0F, 0x18]);
        Operand(1, address);
    }

    /// <summary>Saves a register that belongs to the caller; one of the lower eight.</summary>
    public void Push(Register register) => _code.Add((byte)(0x50 | (int)register));

    /// <summary>Restores it.</summary>
    public void Pop(Register register) => _code.Add((byte)(0x58 | (int)register));

    /// <summary>Leaves the vector registers as the calling convention wants them, and returns.</summary>
    public void Return() => _code.AddRange([0xC5, 0xF8, 0x77, 0xC3]);

    // 62, three bytes in which the bits that extend register numbers are inverted, and the opcode.
    private void Prefix(Opcode opcode, int register, int second, int baseBit, int indexBit, int length)
    {
        _code.Add(0x62);
        _code.Add((byte)(Not(register >> 3, 7) | Not(indexBit, 6) | Not(baseBit, 5) | Not(register >> 4, 4) | opcode.Map));
        _code.Add((byte)((opcode.Wide ? 0x80 : 0) | ((~second & 0xF) << 3) | 4 | opcode.Prefix));
        _code.Add((byte)((length << 5) | Not(second >> 4, 3)));
        _code.Add(opcode.Code);
    }

    private static int Not(int bit, int at) => (~bit & 1) << at;

    private void General(byte opcode, int register, Address address)
    {
        Rex(wide: true, register, (int)(address.Index ?? 0), (int)address.Base);
        _code.Add(opcode);
        Operand(register, address);
    }

    private void Rex(bool wide, int register, int index, int baseRegister) =>
        _code.Add((byte)(0x40 | (wide ? 8 : 0) | (register >> 3 << 2) | (index >> 3 << 1) | (baseRegister >> 3)));

    // Always with a 32-bit displacement: its short form is scaled in EVEX and is not worth a case of its own.
    private void Operand(int register, Address address)
    {
        int low = (register & 7) << 3, lowBase = (int)address.Base & 7;
        if (address.Index is { } index)
        {
            _code.Add((byte)(0x80 | low | 4));
            _code.Add((byte)((int.Log2(address.Scale) << 6) | (((int)index & 7) << 3) | lowBase));
        }
        else
        {
            _code.Add((byte)(0x80 | low | lowBase));
        }

        _code.AddRange(BitConverter.GetBytes(address.Displacement));
    }
}
