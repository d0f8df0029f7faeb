namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>
/// Code of one tile: so many rows × outputs, every sum in a register of its own. A group of 32 inputs is a load per output, a load per row
/// and an instruction per sum; then the 16 lanes of the sums of a row are added together, four outputs at once.
/// </summary>
internal static class DotTileCode
{
    // Vector registers: up to 24 sums from 0, weights from 24, the row's inputs in 28, scratch above.
    private const int Outputs4 = 4;
    private const int FirstWeights = 24;
    private const int Inputs = 28;
    private const int Scratch = 29;
    private const int InputBytes = 64;

    private const Register Arguments = Register.Rdi;
    private const Register W = Register.Rax;
    private const Register W3 = Register.Rcx;
    private const Register WStride = Register.Rdx;
    private const Register X = Register.Rsi;
    private const Register X3 = Register.R8;
    private const Register XStride = Register.R9;
    private const Register Groups = Register.R10;
    private const Register Ahead = Register.R11;
    private const Register Ahead3 = Register.Rbx;

    /// <summary>The code of a function void(DotTileArguments*) in the System V convention.</summary>
    /// <param name="format">Number format.</param>
    /// <param name="rows">1…6.</param>
    /// <param name="outputs">4, or 1.</param>
    public static byte[] Write(DotFormat format, int rows, int outputs)
    {
        var code = new Assembler();
        code.Push(Register.Rbx);
        ReadArguments(code);
        for (int sum = 0; sum < rows * outputs; sum++)
        {
            code.Vector(Opcode.Xor, sum, sum, sum);
        }

        int loop = code.Position;
        WriteGroup(code, format, rows, outputs);
        code.DecrementAndLoop(Groups, loop);
        WriteSums(code, format, rows, outputs);
        code.Pop(Register.Rbx);
        code.Return();
        return code.Code.ToArray();
    }

    private static void ReadArguments(Assembler code)
    {
        ReadOnlySpan<(Register Register, int Field)> fields = [(W, 0), (WStride, 1), (X, 2), (XStride, 3), (Groups, 6), (Ahead, 7)];
        foreach ((Register register, int field) in fields)
        {
            code.Load(register, new Address(Arguments, Displacement: 8 * field));
        }

        code.LoadAddress(W3, new Address(W, WStride, 2));
        code.LoadAddress(W3, new Address(W3, WStride));
        code.LoadAddress(Ahead3, new Address(Ahead, WStride, 2));
        code.LoadAddress(Ahead3, new Address(Ahead3, WStride));
        code.LoadAddress(X3, new Address(X, XStride, 2));
        code.LoadAddress(X3, new Address(X3, XStride));
    }

    private static void WriteGroup(Assembler code, DotFormat format, int rows, int outputs)
    {
        for (int output = 0; output < outputs; output++)
        {
            code.Vector(format.LoadWeights, FirstWeights + output, Nth(W, W3, WStride, output));
            code.Prefetch(Nth(Ahead, Ahead3, WStride, output));
        }

        for (int row = 0; row < rows; row++)
        {
            code.Vector(Opcode.Load, Inputs, Nth(X, X3, XStride, row));
            for (int output = 0; output < outputs; output++)
            {
                code.Vector(format.Dot, (row * outputs) + output, Inputs, FirstWeights + output);
            }
        }

        foreach (Register weights in (ReadOnlySpan<Register>)[W, W3, Ahead, Ahead3])
        {
            code.Add(weights, format.WeightBytes);
        }

        code.Add(X, InputBytes);
        code.Add(X3, InputBytes);
    }

    // The arguments are read again: the registers of the weights are free now.
    private static void WriteSums(Assembler code, DotFormat format, int rows, int outputs)
    {
        code.Load(X, new Address(Arguments, Displacement: 8 * 4));
        code.Load(XStride, new Address(Arguments, Displacement: 8 * 5));
        code.LoadAddress(X3, new Address(X, XStride, 2));
        code.LoadAddress(X3, new Address(X3, XStride));
        for (int row = 0; row < rows; row++)
        {
            int sum = row * outputs;
            if (outputs == Outputs4)
            {
                AddPairs(code, format, Opcode.UnpackLow32, Opcode.UnpackHigh32, sum, sum + 1);
                AddPairs(code, format, Opcode.UnpackLow32, Opcode.UnpackHigh32, sum + 2, sum + 3);
                AddPairs(code, format, Opcode.UnpackLow64, Opcode.UnpackHigh64, sum, sum + 2);
            }
            else
            {
                AddPairs(code, format, Opcode.UnpackLow32, Opcode.UnpackHigh32, sum, sum);
                AddPairs(code, format, Opcode.UnpackLow64, Opcode.UnpackHigh64, sum, sum);
            }

            // Extracts have their target where others have their last source.
            code.Vector(Opcode.ExtractHalf, sum, 0, Scratch, Assembler.Whole, immediate: 1);
            code.Vector(format.Add, sum, sum, Scratch, length: 1);
            code.Vector(Opcode.ExtractQuarter, sum, 0, Scratch, length: 1, immediate: 1);
            code.Vector(format.Add, sum, sum, Scratch, length: 0);
            code.Vector(Opcode.Store, sum, Nth(X, X3, XStride, row), length: 0);
        }
    }

    // a = the sums of neighbours of a, interleaved with those of b.
    private static void AddPairs(Assembler code, DotFormat format, Opcode low, Opcode high, int a, int b)
    {
        code.Vector(low, Scratch, a, b);
        code.Vector(high, a, a, b);
        code.Vector(format.Add, a, a, Scratch);
    }

    // The n-th of up to six things that are a stride apart, from registers with the first and the fourth.
    private static Address Nth(Register first, Register fourth, Register stride, int n) => (n % 3) switch
    {
        0 => new Address(n < 3 ? first : fourth),
        _ => new Address(n < 3 ? first : fourth, stride, n % 3),
    };
}
