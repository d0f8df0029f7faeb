using Godwit.Worker.Model.Cpu.Dense;

namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>
/// Code of one tile: so many rows × outputs, every sum in a register of its own. A group of 32 inputs is a load per output, a load per row
/// and an instruction per sum; then the 16 lanes of the sums of a row are added together, four outputs at once.
/// </summary>
internal static class DotTileCode
{
    // Vector registers: up to 24 sums from 0, weights from 24, the row's inputs in 28, scratch above.
    private const int FirstWeights = 24;
    private const int Inputs = 28;
    private const int Scratch = 29;
    private const int InputBytes = 64;

    // Numbers of the fields of DotTileArguments; a stride follows its address.
    private const int WeightsField = 0;
    private const int XField = 2;
    private const int YField = 4;
    private const int GroupsField = 6;
    private const int AheadField = 7;
    private const int AheadStepField = 8;
    private const int TilesField = 9;

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
        ReadWeights(code);
        int tile = code.Position;
        ReadInputs(code, XField);
        code.Load(Groups, Field(GroupsField));
        for (int sum = 0; sum < rows * outputs; sum++)
        {
            code.Vector(Opcode.Xor, sum, sum, sum);
        }

        int group = code.Position;
        WriteGroup(code, format, rows, outputs);
        code.Decrement(Groups);
        code.LoopUnlessZero(group);
        ReadInputs(code, YField);
        WriteSums(code, format, rows, outputs);
        GoToNextTile(code, outputs);
        code.LoopUnlessZero(tile);
        code.Pop(Register.Rbx);
        code.Return();
        return code.Code.ToArray();
    }

    private static Address Field(int number) => new(Arguments, Displacement: sizeof(long) * number);

    private static void ReadWeights(Assembler code)
    {
        code.Load(W, Field(WeightsField));
        code.Load(WStride, Field(WeightsField + 1));
        code.Load(Ahead, Field(AheadField));
        code.LoadAddress(W3, new Address(W));
        code.LoadAddress(Ahead3, new Address(Ahead));
        AddThreeStrides(code, W3);
        AddThreeStrides(code, Ahead3);
    }

    // Inputs and sums are both rows that are a stride apart, and are never wanted at once.
    private static void ReadInputs(Assembler code, int field)
    {
        code.Load(X, Field(field));
        code.Load(XStride, Field(field + 1));
        code.LoadAddress(X3, new Address(X, XStride, 2));
        code.LoadAddress(X3, new Address(X3, XStride));
    }

    private static void AddThreeStrides(Assembler code, Register weights)
    {
        code.LoadAddress(weights, new Address(weights, WStride, 2));
        code.LoadAddress(weights, new Address(weights, WStride));
    }

    // Each register of weights has gone over one output's already.
    private static void GoToNextTile(Assembler code, int outputs)
    {
        if (outputs == FourOutputs.Most)
        {
            AddThreeStrides(code, W);
            AddThreeStrides(code, W3);
            AddThreeStrides(code, Ahead);
            AddThreeStrides(code, Ahead3);
        }

        code.Add(X, FourOutputs.Most * sizeof(float));
        code.Store(X, Field(YField));
        code.Load(Groups, Field(TilesField));
        code.Decrement(Groups);
        code.Store(Groups, Field(TilesField));
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

        code.Add(W, format.WeightBytes);
        code.Add(W3, format.WeightBytes);
        code.Add(Ahead, Field(AheadStepField));
        code.Add(Ahead3, Field(AheadStepField));
        code.Add(X, InputBytes);
        code.Add(X3, InputBytes);
    }

    private static void WriteSums(Assembler code, DotFormat format, int rows, int outputs)
    {
        for (int row = 0; row < rows; row++)
        {
            int sum = row * outputs;
            if (outputs == FourOutputs.Most)
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
